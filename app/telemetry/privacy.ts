import { createHmac } from 'node:crypto'

/**
 * What must never leave the process in logs and spans: secrets, tokens, e-mail addresses and phone numbers.
 * Fields are judged by their key, free text by its shape. The collector redacts once more; this is the first line.
 */

/** Keys whose values are secrets, wherever they stand. */
const secretKey =
  /(^|[-_])pass$|password|passwd|passphrase|secret|token|authori[sz]ation|cookie|api[-_]?key|credential|private[-_]?key|signature|^nonce$|code[-_]?verifier|session[-_]?id$/i
/** OAuth's names for secrets, and everybody's for harmless things (`ECONNREFUSED`, `active`): their value decides. */
const ambiguousKey = /^(code|state)$/i
const random = /^(?=.*\d)(?=.*[A-Za-z])\S{12,}$/
const emailKey = /e[-_]?mail(address)?$|^login[-_]?hint$/i
const phoneKey = /phone|mobile|^tel$|^fax$/i

/**
 * Shapes that free text is searched for, in this order: a later one must not eat the sign that tells an earlier one.
 * Every part is bounded or begins only where a word does, so that no text takes quadratic time.
 */
const shapes: readonly (readonly [RegExp, string])[] = [
  // user:password@ in URLs
  [/(\w:\/\/)[^\s/@:]*:[^\s/@]+@/g, '$1[credentials]@'],
  // secrets in query strings and forms
  [
    /\b((?:access_|refresh_|id_)?token|code|state|nonce|code_verifier|client_secret|secret|password|passwd|pwd|api_?key|sig|signature|session)(=|%3D)[^\s&"'<>]+/gi,
    '$1$2[redacted]',
  ],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{6,}/gi, '$1 [redacted]'],
  // JSON web tokens, and keys with a well-known prefix
  [/(?<![\w-])eyJ[\w-]{8,}\.[\w-]+\.[\w-]*/g, '[token]'],
  [/(?<![\w-])(?:sk|pk|rk|ghp|gho|ghs|xox[abprs]|AKIA|AIza|glpat)[-_]?[A-Za-z0-9_-]{16,}/g, '[token]'],
  // e-mail addresses, plain or percent-encoded
  [/[\w.+'-]{1,64}(?:@|%40)[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8}/gi, '[email]'],
  // +45 12 34 56 78, (555) 123-4567, 555-123-4567, 12 34 56 78: never inside identifiers, dates or times
  [/(?<![\w.])(?:\+|%2B)\d[\d\s().-]{6,18}\d(?!\w)/g, '[phone]'],
  [/(?<![\w.+-])\(\d{2,4}\)\s?\d{2,4}[\s-]?\d{2,4}(?:[\s-]?\d{2,4})?(?![\w-])/g, '[phone]'],
  [/(?<![\w.:+-])(?!(?:19|20)\d\d-\d\d-\d\d)(?=(?:\d[ -]?){8})\d{2,4}(?:[ -]\d{2,4}){2,4}(?![\w:-])/g, '[phone]'],
  // a bare run of 8 to 15 digits (E.164's longest)
  [/(?<![\w.:+-])\d{8,15}(?![\w:-]|\.\d)/g, '[phone]'],
  // long random text: letters and digits mixed, longer than a trace id
  [/(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{40,}/g, '[token]'],
]

/** Most texts hold none of the signs that any shape needs, and this one test is all they cost. */
const suspicious =
  /@|%40|:\/\/|eyJ|(?<![\w.-])(?:\d[ ().-]{0,2}){7}\d|(?:token|code|state|nonce|verifier|secret|password|passwd|pwd|key|sig|signature|session)(?:=|%3D)|bearer|basic|(?:sk|pk|rk|gh[pos]|xox[abprs]|akia|aiza|glpat)[-_]?\w|[\w-]{40}/i

/** The text without secrets, tokens, e-mail addresses and phone numbers. */
export const scrubText = (text: string): string => {
  if (!suspicious.test(text)) return text
  let clean = text
  for (const [shape, replacement] of shapes) clean = clean.replace(shape, replacement)
  return clean
}

/** What stands in place of a value because of its key; undefined when the key is harmless. */
const replacementForKey = (key: string, value: unknown): string | undefined => {
  if (secretKey.test(key)) return '[redacted]'
  if (ambiguousKey.test(key) && typeof value === 'string' && random.test(value)) return '[redacted]'
  if (emailKey.test(key)) return '[email]'
  if (phoneKey.test(key)) return '[phone]'
  return undefined
}

/** Longest text kept in a field: enough for any stack, short enough for a line. */
const longestText = 16_384
const deepest = 6
const longestList = 50

/** A copy of a value that may be logged: plain JSON, secrets replaced, bounded in depth, length and text. */
export const scrub = (value: unknown, depth = 0): unknown => {
  if (typeof value === 'string')
    return scrubText(value.length > longestText ? `${value.slice(0, longestText)}…` : value)
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return value
  if (typeof value === 'bigint') return value.toString()
  if (typeof value !== 'object') return undefined
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString()
  if (value instanceof Error) return scrubError(value)
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`
  if (depth >= deepest) return '[deeper]'
  if (Array.isArray(value)) return value.slice(0, longestList).map((item) => scrub(item, depth + 1))
  if (value instanceof Map) return scrub(Object.fromEntries(value), depth)
  if (value instanceof Set) return scrub([...value], depth)
  const clean: Record<string, unknown> = {}
  for (const [key, field] of Object.entries(value)) {
    const replacement = field === null || field === undefined ? undefined : replacementForKey(key, field)
    const kept = replacement ?? scrub(field, depth + 1)
    if (kept !== undefined) clean[key] = kept
  }
  return clean
}

export interface LoggedError {
  readonly name: string
  readonly message: string
  readonly stack?: string
}

/** An error as logs carry it; the causes are appended to the stack, as Node prints them. */
export const scrubError = (thrown: unknown): LoggedError => {
  if (!(thrown instanceof Error)) return { name: 'NonError', message: scrubText(describe(thrown)) }
  const stacks: string[] = []
  let current: unknown = thrown
  for (let depth = 0; current instanceof Error && depth < deepest; depth++) {
    stacks.push((depth === 0 ? '' : 'caused by: ') + (current.stack ?? `${current.name}: ${current.message}`))
    current = current.cause
  }
  const stack = stacks.join('\n').slice(0, longestText)
  return { name: thrown.name, message: scrubText(thrown.message), stack: scrubText(stack) }
}

const describe = (thrown: unknown): string => {
  try {
    return typeof thrown === 'string' ? thrown : (JSON.stringify(scrub(thrown)) ?? String(thrown))
  } catch {
    return 'a value that cannot be shown'
  }
}

let pseudonymKey: string | undefined
/** The last pseudonyms made: the same few users send most requests. */
const pseudonyms = new Map<string, string>()
const mostPseudonyms = 10_000

/**
 * A stable stand-in for a user's id: a keyed HMAC-SHA-256, 16 hex digits, the same in all our processes because its key is
 * derived from SESSION_SECRET. Who does not have the key cannot test guesses.
 */
export const pseudonym = (id: string): string => {
  const known = pseudonyms.get(id)
  if (known !== undefined) return known
  pseudonymKey ??= `user.id in telemetry, ${process.env.SESSION_SECRET ?? 'development'}`
  const made = createHmac('sha256', pseudonymKey).update(id).digest('hex').slice(0, 16)
  if (pseudonyms.size >= mostPseudonyms) pseudonyms.clear()
  pseudonyms.set(id, made)
  return made
}

/** A query string with its names only: values hold search texts, e-mail addresses, codes. `a=1&b=2` → `a=[redacted]&b=[redacted]`. */
export const scrubQuery = (query: string): string =>
  query
    .replace(/^\?/, '')
    .split('&')
    .filter((part) => part !== '')
    .slice(0, 20)
    .map((part) => `${scrubText(part.split('=', 1)[0] ?? '').slice(0, 40)}=[redacted]`)
    .join('&')
