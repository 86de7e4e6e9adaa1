import { Marked, Renderer } from 'marked'
import type { DatasourceType } from '../queries/dashboards.ts'
import { explorePath } from './explore.ts'

/** Code blocks of these languages can be asked. */
const languages: Readonly<Record<string, DatasourceType>> = { promql: 'prometheus', logql: 'loki', traceql: 'tempo' }

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
    // A query is one click away from its result; a statement for the database is there to be copied.
    code({ text, lang = '' }: { text: string; lang?: string }) {
      const datasource = Object.hasOwn(languages, lang) ? languages[lang] : undefined
      const action = datasource
        ? `<a class="run" href="${escapeHtml(explorePath({ datasource, text }))}">Ask it</a>`
        : lang === 'sql' || lang === 'bash' || lang === 'sh'
          ? '<button type="button" class="copy">Copy</button>'
          : ''
      return `<div class="code"><pre><code>${escapeHtml(text)}</code></pre>${action}</div>\n`
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
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character] ?? '')
