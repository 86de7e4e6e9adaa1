import type { LabelOf, SeriesName, ValueOf } from './series.ts'

/** One condition on a label. `V` are the values it names. */
export interface Matcher<V extends string> {
  readonly op: '=' | '!=' | '=~' | '!~'
  readonly text: string
  readonly values?: V
}

/** A regular expression; only for labels whose values are not closed. */
export interface Pattern {
  readonly op: '=~' | '!~'
  readonly text: string
  readonly pattern: true
}

/** A dashboard variable, `=~"$name"`; fits every label. */
export interface Variable {
  readonly op: '=~'
  readonly text: string
  readonly variable: true
}

type Condition<V extends string> = V | Matcher<V> | Variable | (string extends V ? Pattern : never)

/** Conditions on the labels of one series. */
export type Matchers<N extends SeriesName> = { readonly [L in LabelOf<N>]?: Condition<ValueOf<N, L>> }

/** Any conditions, once the types have done their work. */
export type AnyMatchers = Readonly<Record<string, string | { readonly op: string; readonly text: string } | undefined>>

/** RE2's metacharacters, so that a value stands for itself. */
const escapeRegex = (value: string): string => value.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&')

export const not = <const V extends string>(value: V): Matcher<V> => ({ op: '!=', text: value })
export const oneOf = <const V extends string>(...values: V[]): Matcher<V> => ({
  op: '=~',
  text: values.map(escapeRegex).join('|'),
})
export const noneOf = <const V extends string>(...values: V[]): Matcher<V> => ({
  op: '!~',
  text: values.map(escapeRegex).join('|'),
})
/** @throws on a text without metacharacters, which wants no regular expression */
export const matches = (regex: string): Pattern => {
  if (escapeRegex(regex) === regex) throw new Error(`"${regex}" is plain text: match it without matches()`)
  return { op: '=~', text: regex, pattern: true }
}
export const variable = (name: string): Variable => ({ op: '=~', text: `$${name}`, variable: true })

/** A string literal of PromQL, LogQL or TraceQL. */
export const quote = (text: string): string => JSON.stringify(text)

/** `{a="b", c=~"d|e"}`, or nothing where there are no conditions. */
export const matcherList = (matchers: AnyMatchers): string => {
  const parts = Object.entries(matchers).flatMap(([label, condition]) => {
    if (condition === undefined) return []
    const { op, text } = typeof condition === 'string' ? { op: '=', text: condition } : condition
    return [`${label}${op}${quote(text)}`]
  })
  return parts.length > 0 ? `{${parts.join(', ')}}` : ''
}

/** A number as people write it: no exponent, no float noise (`0.1 + 0.2` is 0.3). @throws on NaN and Infinity */
export const number = (value: number): string => {
  if (!Number.isFinite(value)) throw new Error(`not a number that a query can hold: ${value}`)
  return Number(value.toPrecision(12)).toLocaleString('en', { useGrouping: false, maximumFractionDigits: 20 })
}
