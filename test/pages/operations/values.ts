/** Each part shows what the service holds at that moment. */
import type { Page } from 'playwright-core'
import { expect, test, vi } from 'vitest'
import { needsBrowser, type Site } from './browser.ts'

/** A table as it is to be read: its cells, row by row. */
type Cells = readonly (readonly string[])[]

/** What should be read on a page, by the label of its table. */
type Held = (site: Site) => Promise<Readonly<Record<string, Cells>>>

const when = (at: string): string =>
  new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium', timeZone: 'Europe/Copenhagen' }).format(
    new Date(at),
  )

interface WebhookEvent {
  readonly type: string
  readonly receivedAt: string
  readonly status: keyof typeof statuses
  readonly attempts: number
  readonly errorMessage: string | null
  readonly quarantineReason: string | null
}

const statuses = { pending: 'pending', processed: 'processed', error: 'failed', quarantined: 'quarantined' } as const

const tables: Readonly<Record<string, Held>> = {
  '/': async ({ ask }) => {
    const { contacts } = await ask<{ contacts: { name: string; company: string | null; createdAt: string }[] }>(
      '/api/contacts',
    )
    return { Contacts: contacts.map(({ name, company, createdAt }) => [name, company ?? '–', when(createdAt)]) }
  },
  '/admin/queues?tab=events': async ({ ask }) => {
    const { events } = await ask<{ events: WebhookEvent[] }>('/api/admin/events?limit=25')
    return {
      'Webhook events': events.map(({ receivedAt, type, status, attempts, quarantineReason, errorMessage }) => [
        when(receivedAt),
        'GHL',
        type,
        statuses[status],
        String(attempts),
        quarantineReason ?? errorMessage ?? '–',
      ]),
    }
  },
  '/admin/users': async ({ ask }) => {
    const { activities } = await ask<{
      activities: { createdAt: string; userName: string; action: string; method: string; route: string }[]
    }>('/api/admin/user-activity?limit=50')
    return {
      'What users did': activities.map(({ createdAt, userName, action, method, route }) => [
        when(createdAt),
        userName,
        action,
        `${method} ${route}`,
      ]),
    }
  },
}

/** The cells of a table. */
const cellsOf = async (page: Page, label: string): Promise<Cells> =>
  await page
    .getByRole('group', { name: label, exact: true })
    .locator('tbody tr')
    .evaluateAll((rows) =>
      rows.map((row) => [...row.querySelectorAll('th, td')].map((cell) => (cell.textContent ?? '').trim())),
    )

export const values = (site: () => Site): void => {
  test.for(Object.entries(tables))('%s shows what the service holds', async ([path, held], context) => {
    needsBrowser(context)
    await site().visit(path, {}, async ({ page }) => {
      // What is read between two changes may differ for a moment.
      await vi.waitFor(
        async () => {
          for (const [label, cells] of Object.entries(await held(site()))) {
            expect(cells.length, label).toBeGreaterThan(0)
            expect(await cellsOf(page, label), label).toEqual(cells)
          }
        },
        { timeout: 15_000, interval: 200 },
      )
    })
  })
}
