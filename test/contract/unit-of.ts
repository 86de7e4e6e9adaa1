/**
 * The unit of a PromQL expression, worked out from the units that the catalogue gives its series, so that a panel cannot
 * show seconds as a share or a counter's rate as an amount.
 */
import type { SyntaxNode } from '@lezer/common'
import { parser } from '@prometheus-io/lezer-promql'
import type { Metric } from '../../catalogue/metric.ts'
import { series } from '../../catalogue/series.ts'

/** Exponents of seconds, milliseconds, minutes, bytes, percent and things counted; what was counted, where it is one kind. */
interface Dimension {
  readonly s?: number
  readonly ms?: number
  readonly min?: number
  readonly By?: number
  readonly '%'?: number
  readonly n?: number
  readonly thing?: string
  /** A bare number, which takes the unit of what it is added to. */
  readonly constant?: number
}

const bases = ['s', 'ms', 'min', 'By', '%', 'n'] as const
const catalogue: Readonly<Record<string, Metric>> = series

const counted = (thing: string): Dimension => ({ n: 1, thing })

const metricOf = (name: string): { unit: Dimension; metric?: Metric } | undefined => {
  if (/^slo:\w+_events:/.test(name)) return { unit: { n: 1, s: -1 } }
  if (/^slo:\w+:ratio/.test(name)) return { unit: {} }
  const [, base = name, part] = /^(\w+?)_(bucket|count|sum)$/.exec(name) ?? []
  const metric = catalogue[name] ?? catalogue[base]
  if (!metric) return undefined
  if (!catalogue[name] && part !== 'sum') return { unit: counted('observation'), metric }
  return { unit: ofCatalogue(metric.unit), metric }
}

const ofCatalogue = (unit: string): Dimension => {
  if (unit === '1') return {}
  if (unit.startsWith('{')) return counted(unit.slice(1, -1))
  if (unit === 's' || unit === 'ms' || unit === 'By' || unit === '%') return { [unit]: 1 }
  throw new Error(`no dimension for the unit "${unit}"`)
}

const combined = (a: Dimension, b: Dimension, sign: 1 | -1): Dimension => ({
  ...Object.fromEntries(bases.map((base) => [base, (a[base] ?? 0) + sign * (b[base] ?? 0)])),
  ...(a.thing !== undefined && { thing: a.thing }),
})

const perSecond = (of: Dimension): Dimension => combined(of, { s: 1 }, -1)

/** @throws on a series that is not in the catalogue, and on a sum of two units */
const dimensionOf = (node: SyntaxNode, text: string): Dimension => {
  const slice = (of: SyntaxNode | null | undefined): string => (of ? text.slice(of.from, of.to) : '')
  const of = (child: SyntaxNode | null | undefined): Dimension => {
    if (!child) throw new Error(`cannot read ${slice(node)}`)
    return dimensionOf(child, text)
  }
  switch (node.name) {
    case 'NumberDurationLiteral':
      return { constant: Number(slice(node)) }
    case 'VectorSelector': {
      const name = slice(node.getChild('Identifier'))
      const found = metricOf(name)
      if (!found) throw new Error(`${name} is not in the catalogue`)
      return found.unit
    }
    case 'AggregateExpr':
      if (slice(node.getChild('AggregateOp')) === 'count') return counted('series')
      return of(node.getChild('FunctionCallBody')?.lastChild)
    case 'FunctionCall':
      return call(node, text)
    case 'BinaryExpr': {
      const [left, right] = [of(node.firstChild), of(node.lastChild)]
      const op = slice(node.firstChild?.nextSibling)
      // A share of the objectives' thirty days, in seconds.
      if (op === '*' && right.constant === 2_592_000) return combined(left, { s: 1 }, 1)
      if (op === '*' && right.constant === 60 && left.s === -1) return { ...left, s: 0, min: -1 }
      if (op === '*' || op === '/') return combined(left, right, op === '*' ? 1 : -1)
      if (op !== '+' && op !== '-') return left
      if (left.constant !== undefined) return right
      if (right.constant === undefined && key(left) !== key(right))
        throw new Error(`adds ${key(left) || '1'} and ${key(right) || '1'}: ${slice(node)}`)
      return left
    }
    default:
      // Parentheses, ranges, offsets and fixed times have the unit of what they hold.
      return of(node.firstChild)
  }
}

const call = (node: SyntaxNode, text: string): Dimension => {
  const name = node.getChild('FunctionIdentifier')
  const fn = name ? text.slice(name.from, name.to) : ''
  const body = node.getChild('FunctionCallBody')
  const first = body?.firstChild
  const argument = (): Dimension => {
    if (!first) throw new Error(`${fn} has no argument`)
    return dimensionOf(first, text)
  }
  if (fn === 'time' || fn === 'timestamp') return { s: 1 }
  if (fn === 'count_over_time' || fn === 'changes') return counted('sample')
  if (fn === 'absent') return {}
  if (fn === 'rate' || fn === 'irate' || fn === 'deriv') return perSecond(argument())
  if (fn !== 'histogram_quantile') return argument()
  return bucketUnit(text.slice(node.from, node.to))
}

/** The unit of the bounds of the histogram whose buckets the expression reads. */
const bucketUnit = (text: string): Dimension => {
  const name = /(\w+)_bucket\b/.exec(text)?.[1] ?? ''
  const metric = catalogue[name]
  if (!metric) throw new Error(`${name || text} is no histogram of the catalogue`)
  return ofCatalogue(metric.unit)
}

/** Things counted are nothing beside another unit: seconds a request are seconds. */
const key = (of: Dimension): string =>
  bases
    .filter((base) => base !== 'n' && (of[base] ?? 0) !== 0)
    .map((base) => `${base}${of[base] === 1 ? '' : of[base]}`)
    .join(' ')

/** Grafana's units by what they may show. */
const grafanaUnits: Readonly<Record<string, readonly string[]>> = {
  s: ['s'],
  ms: ['ms'],
  By: ['bytes'],
  's-1 By': ['Bps'],
  '%': ['percent'],
  's-1': ['ops', 'reqps'],
  'min-1': ['cpm'],
}

/** Units of Grafana in which the expression may be shown. @throws on a series that is not in the catalogue, and on a sum of two units */
export const fittingUnits = (promql: string): readonly string[] => {
  const top = parser.parse(promql).topNode.firstChild
  if (!top) throw new Error('no expression')
  const dimension = dimensionOf(top, promql)
  if (key(dimension) === '') return (dimension.n ?? 0) === 0 ? ['percentunit', 'short', 'bool_yes_no'] : ['short']
  // Only requests and calls are "requests per second".
  const asked = ['request', 'call', 'observation', undefined].includes(dimension.thing)
  return (grafanaUnits[key(dimension)] ?? []).filter((unit) => unit !== 'reqps' || asked)
}

/** Units of Grafana in which the bounds of a heatmap's buckets may be shown. */
export const fittingBucketUnits = (promql: string): readonly string[] => grafanaUnits[key(bucketUnit(promql))] ?? []

/** How many series a legend may name at most: the product of the sizes of its labels in the catalogue. */
export const seriesAtMost = (promql: string, legend: string): number => {
  const metrics = [...promql.matchAll(/([a-zA-Z_]\w*)\s*[{[]/g)].flatMap(
    ([, name = '']) => metricOf(name)?.metric ?? [],
  )
  const sizes = [...legend.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = '']) => {
    const known = metrics.map(({ labels }) => labels[label]).find((values) => values !== undefined)
    // How many processes and rule groups there are is nobody's choice of label values.
    if (known === undefined) return 1
    // A condition that names the values that may come.
    const named = new RegExp(`[{,]\\s*${label}=~?"([^"$+*]+)"`).exec(promql)?.[1]
    if (named !== undefined) return named.split('|').length
    return 'cap' in known ? known.cap : known.length
  })
  return sizes.reduce((product, size) => product * size, 1)
}
