/**
 * What a healthy system may rightly lack. A query for failures finds nothing where nothing fails; it must then be shown
 * that the same query without the condition finds something, so that a wrong name or label cannot hide behind "no errors".
 */
import { parser as logql } from '@grafana/lezer-logql'
import { parser as traceql } from '@grafana/lezer-traceql'
import type { Metric } from '../../catalogue/metric.ts'
import { series } from '../../catalogue/series.ts'
import type { Condition, PromSelector } from './promql.ts'

/** Statuses as they occur; a condition on `status` asks for failures when it lets none of the first kind through. */
const goodStatuses = ['200', '201', '202', '204', '301', '302', '304', '101', 'completed', 'ok']

/** Labels whose every value is a kind of failure. */
const failureLabels = new Set(['error_type', 'error_reason'])

const asksForFailures = ({ label, op, value }: Condition): boolean => {
  if (failureLabels.has(label)) return true
  if (label === 'status_code') return op === '=' && value === 'STATUS_CODE_ERROR'
  if (label !== 'status' || op === '!=' || op === '!~') return false
  const accepts =
    op === '=' ? (status: string) => status === value : (status: string) => new RegExp(`^(?:${value})$`).test(status)
  return !goodStatuses.some(accepts)
}

/** The selector without its conditions for failures; undefined where it has none and so must find something as it is. */
export const withoutFailures = ({
  metric,
  conditions,
}: PromSelector): Pick<PromSelector, 'metric' | 'conditions'> | undefined => {
  const kept = conditions.filter((condition) => !asksForFailures(condition))
  return kept.length < conditions.length ? { metric, conditions: kept } : undefined
}

/** Fires for as long as rules are evaluated, so that one alert always exists. */
const alwaysFires = 'DeadMansSwitch'

/**
 * A series that is there whenever this one would be seen, for what exists only since or while something is wrong: the metric
 * that the catalogue names beside it, and for alerts the one that always fires. Undefined for what must be there by itself.
 */
export const witnessOf = ({
  metric,
  conditions,
}: PromSelector): Pick<PromSelector, 'metric' | 'conditions'> | undefined => {
  if (
    metric === 'ALERTS' &&
    !conditions.some(({ label, op, value }) => label === 'alertname' && op === '=' && value === alwaysFires)
  )
    return { metric, conditions: [{ label: 'alertname', op: '=', value: alwaysFires }] }
  const known: Readonly<Record<string, Metric>> = series
  const beside = known[metric]?.beside
  const place = conditions.filter(({ label }) => label === 'job' || label === 'instance')
  return beside === undefined ? undefined : { metric: beside, conditions: place }
}

const badLevels = /^(warn|error|fatal)(\|(warn|error|fatal))*$/

/** Operations by the end of their names, also as a regular expression of several. */
const failedOperations = /^[\w.\\]*failed(\|[\w.\\]*failed)*$/

/** Whether a filter of LogQL lets only lines through that nobody wants to read. */
const asksForTrouble = (stage: string): boolean => {
  // What took long.
  if (/^\|\s*metadata_durationMs\s*>\s*\d+$/.test(stage)) return true
  const [, field, value = ''] = /^\|\s*(\w+)\s*=~?\s*"([^"]*)"$/.exec(stage) ?? []
  if (field === 'severity_text') return badLevels.test(value)
  if (field === 'operation') return failedOperations.test(value) || value.startsWith('security.')
  // The log of those who watch over the service, and lines with an exception.
  return (field === 'log_type' && value === 'security') || field === 'exception_type' || field === 'metadata_error'
}

/** LogQL without its filters for trouble; undefined where it has none. */
export const logsOfAllLevels = (query: string): string | undefined => {
  const cut: { from: number; to: number }[] = []
  logql.parse(query).iterate({
    enter: ({ name, node, from, to }) => {
      if (name !== 'PipelineStage') return
      if (node.getChild('LabelFilter') && asksForTrouble(query.slice(from, to))) cut.push({ from, to })
    },
  })
  return cut.length > 0 ? replaced(query, cut, '') : undefined
}

/** Conditions of TraceQL for what is slow or failed. */
const troubleInSpans =
  /^(status\s*=\s*error|(?:traceD|d)uration\s*>=?\s*\S+|span\.error\.type\s*=~?\s*\S+|span\.http\.response\.status_code\s*>=\s*[45]\d\d)$/

/** TraceQL without its conditions for slow and failed spans; undefined where it has none. */
export const spansOfAllKinds = (query: string): string | undefined => {
  const cut: { from: number; to: number }[] = []
  traceql.parse(query).iterate({
    enter: ({ name, from, to }) => {
      if (name === 'FieldExpression' && troubleInSpans.test(query.slice(from, to))) {
        cut.push({ from, to })
        return false
      }
      return
    },
  })
  return cut.length > 0 ? replaced(query, cut, 'true') : undefined
}

const replaced = (text: string, parts: readonly { from: number; to: number }[], by: string): string =>
  [...parts]
    .reverse()
    .reduce((rest, { from, to }) => rest.slice(0, from) + by + rest.slice(to), text)
    .trim()
