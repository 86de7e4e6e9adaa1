import { BadRequest } from '../problem.ts'
import { headersOf, type Message } from './gmail-messages.ts'

type Matches = (message: Message) => boolean

const has = (text: string, part: string): boolean => text.toLowerCase().includes(part.toLowerCase())

/**
 * What `q` looks for; all of its terms must fit. Known: `after:`, `before:` (seconds since 1970 or 2026/01/31),
 * `newer_than:7d`, `from:`, `to:`, `subject:`, `in:` or `label:`, and words of the subject.
 * @throws BadRequest naming a term that is none of them
 */
export function matcherOf(q: string, now: number): Matches {
  const terms = q
    .split(/\s+/)
    .filter((term) => term !== '')
    .map((term) => matcherOfTerm(term, now))
  return (message) => terms.every((matches) => matches(message))
}

function matcherOfTerm(term: string, now: number): Matches {
  const [, operator = '', value = term] = /^(\w+):(.+)$/.exec(term) ?? []
  switch (operator) {
    case '':
      return (message) => has(headersOf(message).subject, value)
    case 'from':
    case 'to':
    case 'subject':
      return (message) => has(headersOf(message)[operator], value)
    case 'in':
    case 'label':
      return ({ labelIds }) => value === 'anywhere' || labelIds.includes(value.toUpperCase())
    case 'after': {
      const time = timeOf(term, value)
      return ({ receivedAt }) => receivedAt >= time
    }
    case 'before': {
      const time = timeOf(term, value)
      return ({ receivedAt }) => receivedAt < time
    }
    case 'newer_than': {
      const days = /^(\d{1,4})d$/.exec(value)?.[1]
      if (days === undefined) throw new BadRequest('invalid_parameter', 'q: write newer_than:7d, a number of days.')
      return ({ receivedAt }) => receivedAt >= now - Number(days) * 86_400_000
    }
    default:
      throw new BadRequest('invalid_parameter', `q: the sandbox knows no "${operator}:".`)
  }
}

function timeOf(term: string, value: string): number {
  if (/^\d{1,11}$/.test(value)) return Number(value) * 1_000
  const time = /^\d{4}[/-]\d\d?[/-]\d\d?$/.test(value)
    ? Date.parse(`${value.replaceAll('/', '-')}T00:00:00Z`)
    : Number.NaN
  if (!Number.isNaN(time)) return time
  throw new BadRequest('invalid_parameter', `q: "${term}" needs seconds since 1970 or a day such as 2026/01/31.`)
}
