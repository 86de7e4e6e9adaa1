import { parser } from '@prometheus-io/lezer-promql'

/** A rule as the generated files have it. */
export interface MutableRule {
  readonly alert?: string
  readonly record?: string
  readonly expr: string
  readonly for?: string
  readonly keep_firing_for?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
}

/** One small wrong thing in a rule that some case must notice. */
export interface Mutation {
  /** What became what; twice the same in one expression is told apart by "second", "third". */
  readonly what: string
  readonly rule: MutableRule
}

/** By how much a number is moved; a case must be at least this close to each threshold. */
export const nudge = 0.05

/** What each comparison becomes: its neighbour, which differs only exactly at the threshold, and its opposite. */
const comparisons: Readonly<Record<string, readonly string[]>> = {
  '>': ['>=', '<'],
  '>=': ['>', '<'],
  '<': ['<=', '>'],
  '<=': ['<', '>'],
  '==': ['!='],
  '!=': ['=='],
}
const comparison = new Set(['Gtr', 'Gte', 'Lss', 'Lte', 'Eql', 'Neq'])

/** The windows that objectives are recorded over, in their order. */
const recordedWindows = ['5m', '30m', '1h', '2h', '6h', '1d', '3d', '30d']

const unitMilliseconds: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

/** `5m` times a half is `150s`. @throws on what is no duration */
export const times = (duration: string, factor: number): string => {
  const [, value, unit = ''] = /^(\d+)(ms|s|m|h|d)$/.exec(duration) ?? []
  const milliseconds = Number(value) * (unitMilliseconds[unit] ?? Number.NaN) * factor
  if (!Number.isFinite(milliseconds)) throw new Error(`not a duration: "${duration}"`)
  return milliseconds % 1_000 === 0 ? `${milliseconds / 1_000}s` : `${milliseconds}ms`
}

interface Edit {
  readonly from: number
  readonly to: number
  readonly by: string
}

const moved = (value: number): readonly number[] =>
  value === 0 ? [1, -1] : [value * (1 + nudge), value * (1 - nudge)].map((one) => Number(one.toPrecision(12)))

/** Each place of an expression where one thing can be wrong. */
const edits = (expr: string, readsAlso: (name: string) => boolean): Edit[] => {
  const found: Edit[] = []
  parser.parse(expr).iterate({
    enter: ({ name, from, to, node }) => {
      const text = expr.slice(from, to)
      const put = (by: readonly string[]) => found.push(...by.map((one) => ({ from, to, by: one })))
      if (comparison.has(name)) put(comparisons[text] ?? [])
      else if (name === 'NumberDurationLiteralInDurationContext') put([times(text, 2), times(text, 0.5)])
      else if (name === 'NumberDurationLiteral') {
        // A 0 that nothing is compared with makes zeros; it is no threshold.
        const compared = [...comparison].some((sign) => node.parent?.getChild(sign))
        if (Number(text) !== 0 || compared) put(moved(Number(text)).map(String))
      } else if (name === 'Identifier') put(otherWindows(text).filter(readsAlso))
    },
  })
  return found
}

/** The same recorded series over the next longer and shorter window. */
const otherWindows = (name: string): string[] => {
  const [, series = '', window = ''] = /^(slo:\w+:rate)(\w+)$/.exec(name) ?? []
  const place = recordedWindows.indexOf(window)
  return place < 0 ? [] : [place - 1, place + 1].flatMap((at) => recordedWindows[at] ?? []).map((at) => series + at)
}

const ordinals = ['', 'second ', 'third ', 'fourth ', 'fifth ', 'sixth ', 'seventh ', 'eighth ']

const expressionMutations = (rule: MutableRule, isRecorded: (name: string) => boolean): Mutation[] => {
  const { expr } = rule
  const seen = new Map<string, number[]>()
  // What a recording averages over days is the same whichever window it was counted over.
  return edits(expr, (name) => rule.alert !== undefined && isRecorded(name)).map(({ from, to, by }) => {
    const what = `${shown(expr, from, to)} → ${by}`
    const places = [...new Set([...(seen.get(what) ?? []), from])]
    seen.set(what, places)
    return {
      what: `${ordinals[places.indexOf(from)] ?? `${places.length}th `}${what}`,
      rule: { ...rule, expr: expr.slice(0, from) + by + expr.slice(to) },
    }
  })
}

/** A sign with the number after it, a number with the sign before it, a window in its brackets. */
const shown = (expr: string, from: number, to: number): string => {
  const text = expr.slice(from, to)
  if (expr[from - 1] === '[') return `[${text}]`
  const after = /^ (-?[\d.]+)/.exec(expr.slice(to))?.[0] ?? ''
  const before = /[-+*/<>=!]+ $/.exec(expr.slice(0, from))?.[0] ?? ''
  return `${before}${text}${comparisons[text] ? after : ''}`
}

const durationMutations = (rule: MutableRule, field: 'for' | 'keep_firing_for'): Mutation[] => {
  const value = rule[field]
  if (value === undefined) return []
  const { [field]: _, ...without } = rule
  return [
    ...[2, 0.5].map((factor) => ({
      what: `${field} ${value} → ${times(value, factor)}`,
      rule: { ...rule, [field]: times(value, factor) },
    })),
    { what: `${field} ${value} → none`, rule: without },
  ]
}

/** Everything that can be wrong in a rule; `isRecorded` tells which series its file records. */
export const mutationsOf = (rule: MutableRule, isRecorded: (name: string) => boolean): Mutation[] => [
  ...expressionMutations(rule, isRecorded),
  ...durationMutations(rule, 'for'),
  ...durationMutations(rule, 'keep_firing_for'),
]
