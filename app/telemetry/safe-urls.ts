import { scrubText } from './scrub-text.ts'

/** Words and ids, which most paths consist of. */
const plainPath = /^(?:\/[\w.~-]*)+$/
/** What a word, a file or an id is written with. */
const token = /^[\w.~:@!$&'()*+,;=-]{0,200}$/
const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i
/** Whole segments: their digits would look like a number of somebody's, and take the long way. */
const uuids = /(?<=\/)[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}(?=\/|$)/gi
/** `call-her-son-before-noon`: what addresses are made of has four words at most. */
const sentence = /^(?:[A-Za-z]+[-_.~+]){4}/

const scrubSegment = (segment: string): string => {
  if (uuid.test(segment)) return segment
  let text = segment
  try {
    if (segment.includes('%')) text = decodeURIComponent(segment)
  } catch {
    return '[text]'
  }
  // What had to be encoded is no id: somebody wrote it.
  if (!token.test(text) || sentence.test(text)) return '[text]'
  return scrubText(text)
}

/**
 * A path without what people wrote into it. Of a segment that is one word or id the shape decides, as in any text; every other
 * (spaces, letters with accents, a sentence with hyphens) is free text: `/api/contacts/Anna%20Holm` → `/api/contacts/[text]`.
 */
export const scrubPath = (path: string): string => {
  const rest = path.replace(uuids, '')
  if (plainPath.test(rest) && !sentenceWithin.test(rest) && scrubText(rest) === rest) return path
  return path.slice(0, longestPath).split('/').map(scrubSegment).join('/')
}

const longestPath = 2_000
const sentenceWithin = /\/(?:[A-Za-z]+[-_.~]){4}/

/** A query string with its names only: values hold search texts, e-mail addresses, codes. `a=1&b=2` → `a=[redacted]&b=[redacted]`. */
export const scrubQuery = (query: string): string =>
  query
    .replace(/^\?/, '')
    .split('&')
    .filter((part) => part !== '')
    .slice(0, 20)
    .map((part) => `${scrubName(part.split('=', 1)[0] ?? '')}=[redacted]`)
    .join('&')

/** A name that a program chose. */
const scrubName = (name: string): string => {
  const clean = scrubText(name)
  if (clean !== name) return clean.slice(0, 40)
  return /^[\w.:[\]$-]{1,40}$/.test(name.replaceAll(/%5B|%5D/gi, '.')) && !sentence.test(name) ? name : '[text]'
}

/** An address without credentials, with the names of its query only. What is none is `[text]`. */
export const scrubUrl = (url: string): string => {
  const [, origin, path = '', query] = /^([a-z][a-z\d+.-]*:\/\/[^/?#\s]*|)([^?#]*)(?:\?([^#]*))?/i.exec(url) ?? []
  if (origin === undefined || (origin === '' && !path.startsWith('/'))) return '[text]'
  return scrubText(origin) + scrubPath(path) + (query === undefined ? '' : `?${scrubQuery(query)}`)
}

/** Programs that name themselves `name/version`. */
const products =
  /\b(Mozilla|AppleWebKit|Gecko|Chrome|HeadlessChrome|Chromium|Safari|Firefox|Edg|OPR|Mobile|Version|curl|Wget|node|undici|axios|PostmanRuntime|python-requests|Python-urllib|aiohttp|Go-http-client|okhttp|Java|Apache-HttpClient|Prometheus|Alertmanager|Grafana|GoogleHC|kube-probe|ELB-HealthChecker|k6)\/v?(\d[\d.]{0,20})/g
const platforms = /\b(Windows NT [\d.]{1,6}|Macintosh|Android [\d.]{1,6}|iPhone|iPad|X11; Linux|CrOS)\b/

/** A user agent by the programs and the platform that it names; the rest is whatever a client makes up. */
export const scrubUserAgent = (agent: string): string => {
  const short = agent.slice(0, 500)
  const platform = platforms.exec(short)?.[1]
  const named = [...short.matchAll(products)].map(([, name, version]) => `${name}/${version}`)
  return [...named.slice(0, 8), ...(platform === undefined ? [] : [`(${platform})`])].join(' ') || 'other'
}
