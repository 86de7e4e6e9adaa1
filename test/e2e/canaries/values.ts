import { createHmac, randomBytes, randomInt } from 'node:crypto'

/** What must never be found in a backend. */
export const canaryNames = [
  'e-mail',
  'phone (international)',
  'phone (Danish)',
  'phone (North American)',
  'session cookie',
  'bearer token',
  'card number',
  'CPR number',
  'note text',
] as const
export type CanaryName = (typeof canaryNames)[number]

/** What no pattern can know: keeping it out is the service's alone. */
export const isFreeText = (name: CanaryName): boolean => name === 'note text'
/** What the collector knows by itself wherever it stands. A session's token without its name is any id to it. */
export const hasPattern = (name: CanaryName): boolean => !isFreeText(name) && name !== 'session cookie'

export interface Canary {
  readonly name: CanaryName
  /** As it is sent. */
  readonly value: string
  /** What is searched: the value as it may have been written down, or parts of it that are found nowhere else. */
  readonly traces: readonly string[]
}

const digits = (count: number): string => Array.from({ length: count }, () => randomInt(10)).join('')
const from = (alphabet: string, count: number): string =>
  Array.from({ length: count }, () => alphabet[randomInt(alphabet.length)]).join('')

/** Letters that make no word, so that nothing else holds them by chance. */
const word = (): string => `${from('qxzkvw', 4)}${from('bdfghjlmnp', 4)}`

/** The digit that makes a card number one (ISO/IEC 7812-1, annex B). */
const withCheckDigit = (number: string): string => {
  const sum = [...number]
    .reverse()
    .map((digit, at) => Number(digit) * (at % 2 === 0 ? 2 : 1))
    .reduce((total, digit) => total + (digit > 9 ? digit - 9 : digit), 0)
  return number + String((10 - (sum % 10)) % 10)
}

const groups = (text: string, size: number, by = ' '): string =>
  (text.match(new RegExp(`.{1,${size}}`, 'g')) ?? []).join(by)

const base64url = (value: object | string): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')

/** Two spellings of most numbers: every second canary bears the other one. */
const makers: Readonly<Record<CanaryName, (isOdd: boolean) => Omit<Canary, 'name'>>> = {
  'e-mail': () => {
    const value = `${word()}.holm+crm@${word()}.example`
    return { value, traces: [value] }
  },
  'phone (international)': (isOdd) => {
    const number = `49${randomInt(2, 10)}${digits(9)}`
    const spaced = `+49 ${number.slice(2, 5)} ${groups(number.slice(5), 4)}`
    return { value: isOdd ? spaced : `+${number}`, traces: [number, spaced.slice(4)] }
  },
  'phone (Danish)': (isOdd) => {
    const number = `${randomInt(2, 10)}${digits(7)}`
    const spaced = groups(number, 2)
    return { value: isOdd ? number : spaced, traces: [number, spaced] }
  },
  'phone (North American)': (isOdd) => {
    const [area, exchange, line] = [`${randomInt(2, 10)}${digits(2)}`, `${randomInt(2, 10)}${digits(2)}`, digits(4)]
    const value = isOdd ? `(${area}) ${exchange}-${line}` : `${area}-${exchange}-${line}`
    return { value, traces: [`${area}) ${exchange}-${line}`, `${area}-${exchange}-${line}`, area + exchange + line] }
  },
  // As the service makes them: 32 random bytes.
  'session cookie': () => {
    const token = randomBytes(32).toString('base64url')
    return { value: token, traces: [token, token.slice(4, 24)] }
  },
  'bearer token': () => {
    const claims = `${base64url({ alg: 'HS256' })}.${base64url({ sub: word(), exp: 1_900_000_000 })}`
    const signature = createHmac('sha256', word()).update(claims).digest('base64url')
    return { value: `Bearer ${claims}.${signature}`, traces: [signature, claims.slice(22, 60)] }
  },
  'card number': (isOdd) => {
    const number = withCheckDigit(`4${digits(14)}`)
    return { value: isOdd ? groups(number, 4) : number, traces: [number, groups(number, 4)] }
  },
  'CPR number': (isOdd) => {
    const birthday = `${String(randomInt(1, 29)).padStart(2, '0')}${String(randomInt(1, 13)).padStart(2, '0')}${digits(2)}`
    const number = digits(4)
    return {
      value: isOdd ? birthday + number : `${birthday}-${number}`,
      traces: [birthday + number, `${birthday}-${number}`, `${birthday} ${number}`],
    }
  },
  // Not one of its words is one, so that a piece of it tells.
  'note text': () => {
    const words = Array.from({ length: 6 }, word)
    const [a, b, c, d, e, f] = words
    return { value: `${a} nøglen ${b} "${c}" ligger ${d}: ${e} på ${f}`, traces: words }
  },
}

let made = 0
/**
 * One of each, never the same twice, so that what is found tells by which way it came in.
 * @param asWritten every number with its spaces and hyphens
 */
export const makeCanaries = (asWritten = false): Readonly<Record<CanaryName, Canary>> => {
  made++
  const entries = canaryNames.map((name) => [name, { name, ...makers[name](!asWritten && made % 2 === 1) }] as const)
  return Object.fromEntries(entries) as Record<CanaryName, Canary>
}

/** A sign that is let through on purpose, as letters may be anywhere: a search that does not find it proves nothing. */
export const makeControl = (): string => `Control${word()}${word()}`
