import { intervals, seconds } from '../../catalogue/intervals.ts'
import type { Dashboard, Variable } from './dashboards.ts'
import { promDuration, type TimeRange } from './time-range.ts'

/** A variable's chosen values; what a dashboard's variables are not given takes its default. */
export type VariableValues = Readonly<Record<string, readonly string[]>>

/** Grafana's own name for "every value". */
export const all = '$__all'

/** Milliseconds between two samples of a series: what the data source in Grafana is told as its scrape interval. */
export const scrapeMs = seconds(intervals.scrape) * 1_000

/** Text by name, ready to be put into a query. */
export type Replacements = Readonly<Record<string, readonly string[]>>

/**
 * What each variable of the dashboard stands for, Grafana's built-in ones included. "All" becomes the variable's own
 * `allValue`, or `.+` where it has none.
 */
export function replacements(
  dashboard: Dashboard,
  values: VariableValues,
  range: TimeRange,
  stepMs: number,
): Replacements {
  const chosen = (dashboard.templating?.list ?? []).map((variable) => [variable.name, valuesOf(variable, values)])
  const rangeMs = range.to - range.from
  return {
    ...Object.fromEntries(chosen),
    __interval: [promDuration(stepMs)],
    __interval_ms: [String(stepMs)],
    __auto: [promDuration(stepMs)],
    // Grafana's rule: at least four scrapes, so that one that came late or was lost leaves no gap.
    __rate_interval: [promDuration(Math.max(stepMs + scrapeMs, 4 * scrapeMs))],
    __range: [`${Math.round(rangeMs / 1_000)}s`],
    __range_s: [String(Math.round(rangeMs / 1_000))],
    __range_ms: [String(Math.round(rangeMs))],
    __from: [String(Math.round(range.from))],
    __to: [String(Math.round(range.to))],
  }
}

function valuesOf(variable: Variable, values: VariableValues): readonly string[] {
  const given = values[variable.name]
  const current = variable.current?.value
  const fallback = current === undefined || current.length === 0 ? defaultOf(variable) : [current].flat()
  const chosen = given && given.length > 0 ? given : fallback
  return chosen.includes(all) ? [variable.allValue || '.+'] : chosen.map(literal)
}

function defaultOf(variable: Variable): readonly string[] {
  if (variable.includeAll) return [all]
  const text = typeof variable.query === 'string' ? variable.query : ''
  return [text.split(',')[0]?.trim() ?? '']
}

/** In a selector a chosen value means itself; only `allValue` is a pattern. */
const literal = (value: string): string => value.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/**
 * Puts values in place of `$name`, `${name}`, `${name:format}` and `[[name]]`. Several values become `(a|b)`.
 * Values cannot leave a quoted string of the query: quotes, backslashes and line breaks are escaped as PromQL, LogQL
 * and TraceQL read them. A name that is not known stays as it is, so that the server reports it.
 */
export function interpolate(text: string, known: Replacements): string {
  return text.replace(
    /\$\{(\w+)(?::(\w+))?\}|\$(\w+)|\[\[(\w+)\]\]/g,
    (whole, braced: string | undefined, format: string | undefined, plain: string | undefined, old) => {
      const values = known[braced ?? plain ?? old]
      if (!values) return whole
      const joined =
        values.length === 1 ? (values[0] ?? '') : format === 'csv' ? values.join(',') : `(${values.join('|')})`
      return joined.replace(/["\\]/g, '\\$&').replace(/\n/g, '\\n')
    },
  )
}
