import { html, raw } from 'hono/html'
import type { HtmlEscapedString } from 'hono/utils/html'

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>

/** No colour says anything that a word beside it does not say. */
const style = `
:root { color-scheme: light dark; --line: light-dark(#d9dde3, #363b44); --quiet: light-dark(#5b6472, #9aa4b2);
  --card: light-dark(#fff, #1c2027); --bad: light-dark(#b3261e, #ff8a80); --good: light-dark(#1b6e3c, #7bd6a0) }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 60rem; padding: 1.5rem 1rem 4rem; font: 16px/1.5 system-ui, sans-serif;
  background: light-dark(#f5f6f8, #14171c); color: light-dark(#1c2430, #e6e9ee) }
header { display: flex; gap: 1rem; align-items: baseline; flex-wrap: wrap; margin-bottom: 1.5rem }
h1 { font-size: 1.4rem; margin: 0 auto 0 0 }
h2 { font-size: 1.05rem; margin: 0 }
a { color: light-dark(#0b57d0, #8ab4f8) }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: 1rem 1.2rem; margin: 0 0 1rem }
.card.firing { border-left: .35rem solid var(--bad) } .card.resolved { border-left: .35rem solid var(--good) }
.row { display: flex; gap: .6rem 1rem; align-items: baseline; flex-wrap: wrap }
.status { font-weight: 700 } .firing > .row .status { color: var(--bad) } .resolved > .row .status { color: var(--good) }
.quiet { color: var(--quiet); font-size: .9rem } .end { margin-left: auto }
.alert { border-top: 1px solid var(--line); margin-top: .8rem; padding-top: .8rem }
.alert p { margin: .2rem 0; overflow-wrap: anywhere }
code { font: .85rem ui-monospace, monospace; overflow-wrap: anywhere }
.slack { display: flex; gap: .8rem } .slack p { margin: 0 0 .3rem } .grow { min-width: 0; flex: 1 }
.avatar { flex: none; width: 2.2rem; height: 2.2rem; border-radius: .4rem; background: #b3261e; color: #fff; display: grid; place-items: center; font-weight: 700 }
.app { font-size: .7rem; padding: 0 .3rem; border-radius: .2rem; background: var(--line) }
.attachment { border-left: .25rem solid; padding: .1rem 0 .1rem .8rem; overflow-wrap: anywhere }
table { border-collapse: collapse; margin: .6rem 0 } td { white-space: pre-wrap; overflow-wrap: anywhere }
th { text-align: left; font-weight: 400; color: var(--quiet); padding: .15rem 1rem .15rem 0; vertical-align: top; white-space: nowrap }
iframe { width: 100%; min-height: 12rem; border: 1px solid var(--line); border-radius: .4rem; background: #f5f6f8 }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font-size: .85rem }
nav { margin-bottom: 1rem } .chip { border: 1px solid var(--line); border-radius: 1rem; padding: .05rem .7rem; text-decoration: none; font-size: .9rem }
.chip[aria-current] { background: var(--line) }
.heart { font-size: .9rem; padding: .05rem .7rem; border-radius: 1rem; border: 1px solid var(--line) }
.heart.beating { color: var(--good) } .heart.silent { color: var(--bad); font-weight: 700; border-color: currentColor }
button { font: inherit; padding: .2rem .8rem; border-radius: .4rem; border: 1px solid var(--line); background: none; color: inherit; cursor: pointer }
`

/** A whole page. Everything put into `html` is escaped by it. */
export const page = (title: string, body: Html, script?: string): Html => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${raw(style)}</style>
</head>
<body>
${body}
${script ? html`<script src="${script}"></script>` : ''}
</body>
</html>
`

/** The address, if a person may be led there: never `javascript:` and the like. */
export function webAddress(text: unknown): string | undefined {
  if (typeof text !== 'string' || !URL.canParse(text)) return undefined
  return /^https?:$/.test(new URL(text).protocol) ? text : undefined
}
