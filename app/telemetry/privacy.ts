import { remembered } from './remembered.ts'
import { type LoggedError, loggedError, scrubReason } from './safe-errors.ts'
import { longestText, scrubText } from './scrub-text.ts'

export type { LoggedError } from './safe-errors.ts'
export { scrubReason, scrubStack } from './safe-errors.ts'
export { scrubText } from './scrub-text.ts'

/**
 * What must never leave the process in logs and spans: secrets, tokens, e-mail addresses, phone, card and CPR numbers, and
 * what people write. Fields are judged by their key, text by its shape; text that has no shape (a note) is kept out by never
 * being passed on: messages are constants, and what errors quote is cut away. The collector redacts once more.
 */

/** Keys whose values are secrets, wherever they stand. */
const secretKey =
  /(^|[-_])pass$|password|passwd|passphrase|secret|token|authori[sz]ation|cookie|api[-_]?key|credential|private[-_]?key|signature|^nonce$|code[-_]?verifier|session[-_]?id$/i
/** OAuth's names for secrets, and everybody's for harmless things (`ECONNREFUSED`, `active`): their value decides. */
const ambiguousKey = /^(code|state)$/i
const random = /^(?=.*\d)(?=.*[A-Za-z])\S{12,}$/
const emailKey = /e[-_]?mail(address)?$|^login[-_]?hint$/i
const phoneKey = /phone|mobile|^tel$|^fax$/i
const numberKey = /^(cpr|ssn)([-_]?(number|no|nr))?$|^card[-_]?(number|no)$|^iban$|^pan$/i
/** What people wrote, by the names that fields for it bear. */
const freeTextKey =
  /(^|[-_.])(notes?|comments?|remarks?|subject|snippet|html|text|body|content|transcript)$|[a-z](Notes?|Comment|Subject|Snippet|Html|Text|Body|Content)$/i
/** Fields that hold the message of an error: it may quote what it was given. */
const reasonKey = /^(reason|message|detail)$/

type Kind = 'secret' | 'ambiguous' | 'email' | 'phone' | 'number' | 'text' | 'reason' | 'harmless'
interface Judged {
  readonly kind: Kind
  /** The key itself may be somebody's input. */
  readonly shown: string
}

const kindOf = (key: string): Kind => {
  if (secretKey.test(key)) return 'secret'
  if (ambiguousKey.test(key)) return 'ambiguous'
  if (emailKey.test(key)) return 'email'
  if (phoneKey.test(key)) return 'phone'
  if (numberKey.test(key)) return 'number'
  if (freeTextKey.test(key)) return 'text'
  return reasonKey.test(key) ? 'reason' : 'harmless'
}

/** Keys are few, and each is judged once. The bound is for objects whose keys are input. */
const judge = remembered(
  1_000,
  (key): Judged => ({ kind: kindOf(key), shown: /\s/.test(key) ? '[text]' : scrubText(key) }),
)

/** What stands in place of a value because of its key; undefined when the key is harmless. */
const replacementFor = (kind: Kind, value: unknown): string | undefined => {
  switch (kind) {
    case 'secret':
      return '[redacted]'
    case 'ambiguous':
      return typeof value === 'string' && random.test(value) ? '[redacted]' : undefined
    case 'email':
    case 'phone':
    case 'number':
      return `[${kind}]`
    case 'text':
      return typeof value === 'string' || typeof value === 'object' ? '[text]' : undefined
    default:
      return undefined
  }
}

export const replacementForKey = (key: string, value: unknown): string | undefined =>
  replacementFor(judge(key).kind, value)

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
    const { kind, shown } = judge(key)
    const replacement = field === null || field === undefined ? undefined : replacementFor(kind, field)
    const quotes = kind === 'reason' && typeof field === 'string'
    const kept = replacement ?? (quotes ? scrubReason(field) : scrub(field, depth + 1))
    if (kept !== undefined) clean[shown] = kept
  }
  return clean
}

/** An error as logs carry it: name, message and stack with its causes. What else it holds (a detail, a row) stays with it. */
export const scrubError = (thrown: unknown): LoggedError =>
  thrown instanceof Error ? loggedError(thrown) : { name: 'NonError', message: describe(thrown) }

const describe = (thrown: unknown): string => {
  try {
    return typeof thrown === 'string'
      ? scrubReason(thrown)
      : (JSON.stringify(scrub(thrown)) ?? scrubText(String(thrown)))
  } catch {
    return 'a value that cannot be shown'
  }
}
