import { html, raw } from 'hono/html'
import type { HtmlEscapedString } from 'hono/utils/html'

/** Text that is already safe HTML: every value put into `html` is escaped. */
export type Html = HtmlEscapedString | Promise<HtmlEscapedString>

export interface Page {
  readonly title: string
  readonly body: Html
  /** Modules and style sheets under /assets. */
  readonly scripts?: readonly string[]
  readonly styles?: readonly string[]
  /** Seconds until the page loads itself anew. */
  readonly refresh?: number
}

/** The frame around every page. */
export function page({ title, body, scripts = [], styles = [], refresh }: Page): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
${refresh ? html`<meta http-equiv="refresh" content="${refresh}">` : ''}
<title>${title} · crm-observability</title>
<link rel="icon" href="data:,">
${['style.css', ...styles].map((file) => html`<link rel="stylesheet" href="/assets/${file}">`)}
${['page.js', ...scripts].map((file) => html`<script type="module" src="/assets/${file}"></script>`)}
</head>
<body>
<nav><a href="/">Services</a> <a href="/d">Dashboards</a> <a href="/explore">Explore</a> <a href="/runbooks">Runbooks</a></nav>
<main>
${body}
</main>
</body>
</html>`
}

/** A page that says one thing. */
export function messagePage(message: string, href: string, label: string): Html {
  return page({ title: message, body: html`<h1>${message}</h1><p><a href="${href}">${label}</a></p>` })
}

/** HTML that was made safe elsewhere. */
export const safe = (text: string): HtmlEscapedString => raw(text) as HtmlEscapedString

/** A point in time (milliseconds since 1970), which the browser writes in the reader's own zone. */
export const time = (ms: number): Html => {
  const iso = new Date(ms).toISOString()
  return html`<time datetime="${iso}" data-ms="${ms}">${iso.slice(0, 19).replace('T', ' ')} UTC</time>`
}
