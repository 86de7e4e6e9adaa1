import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { html } from 'hono/html'
import { Marked, Renderer } from 'marked'
import { root } from '../place.ts'
import { type Html, page, safe } from './page.ts'

const folder = join(root, 'alerts', 'runbooks')

/** Only such names become part of a path. */
const slugPattern = /^[a-z0-9][a-z0-9-]*$/i

/** Markdown in which HTML is text, and a link leads to a page, a mail or an anchor: nothing that runs. */
export function renderMarkdown(markdown: string): string {
  const plain = new Renderer()
  const renderer = {
    // A comment is for those who read the file.
    html: ({ text }: { text: string }) => (/^<!--[\s\S]*-->\s*$/.test(text) ? '' : escapeHtml(text)),
    link(token: Parameters<Renderer['link']>[0]) {
      plain.parser = (this as unknown as Renderer).parser
      // A runbook may point to another one as a file beside it.
      const href = token.href.replace(/^(?:\.\/)?([\w-]+)\.md(?=$|#)/, '/runbooks/$1')
      return /^(https?:|mailto:|\/(?!\/)|#)/i.test(href) ? plain.link({ ...token, href }) : escapeHtml(token.text)
    },
    image: ({ text }: { text: string }) => escapeHtml(text),
  }
  return new Marked({ gfm: true, renderer }).parse(markdown, { async: false })
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character] ?? '')

/** The page of one runbook; undefined when there is none of that name. */
export async function runbookPage(slug: string): Promise<Html | undefined> {
  if (!slugPattern.test(slug)) return undefined
  const markdown = await readFile(join(folder, `${slug}.md`), 'utf8').catch(() => undefined)
  if (markdown === undefined) return undefined
  return page({ title: titleOf(markdown, slug), body: html`<article>${safe(renderMarkdown(markdown))}</article>` })
}

/** The folder's own README is for those who read it in the repository. */
const isRunbook = (file: string): boolean => file.endsWith('.md') && file !== 'README.md'

export async function runbooksPage(): Promise<Html> {
  const files = (await readdir(folder).catch(() => [])).filter(isRunbook).sort()
  const entries = await Promise.all(
    files.map(async (file) => {
      const slug = file.slice(0, -'.md'.length)
      return { slug, title: titleOf(await readFile(join(folder, file), 'utf8'), slug) }
    }),
  )
  const list = entries.map(({ slug, title }) => html`<li><a href="/runbooks/${slug}">${title}</a></li>`)
  const body =
    entries.length > 0 ? html`<ul>${list}</ul>` : html`<p>There are none yet: npm run build:alerts writes them.</p>`
  return page({ title: 'Runbooks', body: html`<h1>Runbooks</h1>${body}` })
}

const titleOf = (markdown: string, fallback: string): string => /^# (.+)$/m.exec(markdown)?.[1]?.trim() ?? fallback
