import type { Page } from 'playwright-core'

/** The cells of a row, each under the title of its column. */
export type Row = Readonly<Record<string, string>>

/** What can be read on a page. */
export interface Seen {
  /** Rows of each table, by its label. */
  readonly tables: Readonly<Record<string, readonly Row[]>>
  /** Figures of each card, by the card's title and the figure's label. */
  readonly figures: Readonly<Record<string, Readonly<Record<string, string>>>>
}

/** Reads a page as a person would: nothing but what stands there. */
export const seenOn = async (page: Page): Promise<Seen> => (await page.evaluate(reading)) as Seen

const reading = `(() => {
  const text = (each) => (each?.textContent ?? '').trim()
  const tables = {}
  for (const table of document.querySelectorAll('table')) {
    const titles = [...table.querySelectorAll('thead th')].map(text)
    tables[table.closest('[aria-label]')?.getAttribute('aria-label') ?? ''] = [...table.querySelectorAll('tbody tr')].map((row) =>
      Object.fromEntries([...row.children].map((cell, index) => [titles[index], text(cell)])))
  }
  const figures = {}
  for (const figure of document.querySelectorAll('.figure')) {
    const card = text(figure.closest('.card')?.querySelector('h2'))
    figures[card] ??= {}
    figures[card][text(figure.querySelector('dt'))] = text(figure.querySelector('dd'))
  }
  return { tables, figures }
})()`
