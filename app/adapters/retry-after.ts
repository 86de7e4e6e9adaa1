/** The longest wait that we believe; a provider that names a later time is asked again after a day. */
const longestMs = 86_400_000

/** Milliseconds until a `Retry-After` says to come back: whole seconds, or an HTTP date. Undefined for anything else. */
export const retryAfterMs = (header: string | null, now = Date.now()): number | undefined => {
  const text = header?.trim() ?? ''
  const wait = /^\d{1,9}$/.test(text) ? Number(text) * 1_000 : untilDate(text, now)
  return wait === undefined ? undefined : Math.min(Math.max(wait, 0), longestMs)
}

/** Only dates as HTTP writes them: `Date.parse` takes nearly everything for one. */
const httpDate = /^[A-Z][a-z]{2,8},? \d{2}[ -][A-Z][a-z]{2}[ -]\d{2,4} \d{2}:\d{2}:\d{2} GMT$/

const untilDate = (text: string, now: number): number | undefined => {
  if (!httpDate.test(text)) return undefined
  const at = Date.parse(text)
  return Number.isNaN(at) ? undefined : at - now
}
