import { html } from 'hono/html'
import { type Html, webAddress } from './page.ts'

/** Slack's markup as Slack shows it: links, bold, italics, struck out, code. https://docs.slack.dev/messaging/formatting-message-text */
const marks =
  /<(?<url>[^|>\s]+)(?:\|(?<label>[^>]*))?>|(?<![\w*])\*(?<bold>[^*\n]+)\*(?![\w*])|(?<![\w_])_(?<italic>[^_\n]+)_(?![\w_])|(?<![\w~])~(?<struck>[^~\n]+)~(?![\w~])|`(?<code>[^`\n]+)`|(?<line>\n)/g

export function mrkdwn(text: string): Html[] {
  const parts: Html[] = []
  let end = 0
  for (const match of text.matchAll(marks)) {
    parts.push(plain(text.slice(end, match.index)), marked(match))
    end = match.index + match[0].length
  }
  parts.push(plain(text.slice(end)))
  return parts
}

function marked({ 0: whole, groups = {} }: RegExpMatchArray): Html {
  const { url, label, bold, italic, struck, code } = groups
  if (url !== undefined) {
    const href = webAddress(unescaped(url))
    return href ? html`<a href="${href}">${unescaped(label || url)}</a>` : plain(label || url)
  }
  if (bold !== undefined) return html`<strong>${mrkdwn(bold)}</strong>`
  if (italic !== undefined) return html`<em>${mrkdwn(italic)}</em>`
  if (struck !== undefined) return html`<s>${mrkdwn(struck)}</s>`
  if (code !== undefined) return html`<code>${unescaped(code)}</code>`
  return whole === '\n' ? html`<br>` : plain(whole)
}

const plain = (text: string): Html => html`${unescaped(text)}`

/** Slack escapes three characters. */
export const unescaped = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
