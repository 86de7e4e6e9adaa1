import type { SyntaxNode } from '@lezer/common'
import { parser } from '@prometheus-io/lezer-promql'

/** `label op "value"`. */
export interface Condition {
  readonly label: string
  readonly op: '=' | '!=' | '=~' | '!~'
  readonly value: string
}

/** One vector selector inside an expression. */
export interface PromSelector {
  readonly metric: string
  readonly conditions: readonly Condition[]
  /** The range in its brackets, as written; absent for an instant selector. */
  readonly range?: string
  /** The function that takes it directly: `rate`, `increase`… */
  readonly call?: string
}

/** Every vector selector of a PromQL expression whose variables have been replaced. */
export const selectorsOf = (promql: string): PromSelector[] => {
  const found: PromSelector[] = []
  parser.parse(promql).iterate({
    enter: ({ name, node }) => {
      if (name === 'VectorSelector') found.push(selectorAt(node, promql))
    },
  })
  return found
}

/** Whether the expression subtracts one set of series from another, and so may rightly have none. */
export const subtractsSeries = (promql: string): boolean => {
  let found = false
  parser.parse(promql).iterate({
    enter: ({ name }) => {
      found ||= name === 'Unless'
    },
  })
  return found
}

/** The selector alone, as PromQL. */
export const selectorText = ({ metric, conditions }: Pick<PromSelector, 'metric' | 'conditions'>): string =>
  conditions.length === 0
    ? metric
    : `${metric}{${conditions.map(({ label, op, value }) => `${label}${op}${JSON.stringify(value)}`).join(', ')}}`

const selectorAt = (node: SyntaxNode, text: string): PromSelector => {
  const slice = (of: SyntaxNode | null | undefined): string => (of ? text.slice(of.from, of.to) : '')
  const matchers = node.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? []
  const range = node.parent?.name === 'MatrixSelector' ? node.parent : undefined
  const call = range && ancestor(range, 'FunctionCall')?.getChild('FunctionIdentifier')
  return {
    metric: slice(node.getChild('Identifier')),
    conditions: matchers.map((matcher) => ({
      label: slice(matcher.getChild('LabelName')),
      op: slice(matcher.getChild('MatchOp')) as Condition['op'],
      value: unquote(slice(matcher.getChild('StringLiteral'))),
    })),
    ...(range ? { range: slice(range.getChild('DurationExpr')) } : {}),
    ...(call ? { call: slice(call) } : {}),
  }
}

const ancestor = (node: SyntaxNode, name: string): SyntaxNode | undefined => {
  for (let at = node.parent; at; at = at.parent) if (at.name === name) return at
  return undefined
}

/** PromQL's double-quoted strings are JSON's for all that our builders write. */
const unquote = (literal: string): string =>
  literal.startsWith('"') ? (JSON.parse(literal) as string) : literal.slice(1, -1)
