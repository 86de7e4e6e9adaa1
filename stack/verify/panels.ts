import { intervals, seconds } from '../../catalogue/intervals.ts'
import type { Metric } from '../../catalogue/metric.ts'
import { series } from '../../catalogue/series.ts'
import { type Dashboard, dataPanels, type Panel } from '../queries/dashboards.ts'
import { type PanelQuery, queriesOf } from '../queries/panel-queries.ts'
import { type Backends, QueryError, type QueryResult, runQuery } from '../queries/run-query.ts'
import { parseRange, promDuration, type TimeRange } from '../queries/time-range.ts'
import type { Check, Finding, State } from './check.ts'
import { type PromSelector, selectorsOf, selectorText, subtractsSeries } from './promql.ts'
import { logsOfAllLevels, spansOfAllKinds, withoutFailures, witnessOf } from './quiet.ts'

export interface PanelOptions {
  readonly backends: Backends
  /** Software that this machine lacks, by the names that the catalogue uses in `needs`. */
  readonly absent: ReadonlySet<string>
  /** How far back a panel may look for its data. */
  readonly from?: string
}

/** A check for each panel: all its queries are run as they are, with every variable at "All". */
export const panelChecks = (dashboards: readonly Dashboard[], options: PanelOptions): Check[] =>
  dashboards.flatMap((dashboard) =>
    dataPanels(dashboard).map((panel) => ({
      group: dashboard.title,
      name: panel.title ?? `panel ${panel.id}`,
      run: (signal) => findPanel(dashboard, panel, options, signal),
    })),
  )

const severity: readonly State[] = ['ok', 'unavailable', 'empty', 'error']

/** As bad as the worst of its queries. */
const findPanel = async (
  dashboard: Dashboard,
  panel: Panel,
  { backends, absent, from = 'now-15m' }: PanelOptions,
  signal: AbortSignal,
): Promise<Finding> => {
  const range = parseRange(from, 'now')
  const findings: Finding[] = []
  for (const query of queriesOf(dashboard, panel, { range, points: 60 })) {
    findings.push(await judge({ query, range, backends, absent, signal }))
  }
  if (findings.length === 0) return { state: 'error', note: 'asks nothing' }
  const worst = findings.reduce((a, b) => (severity.indexOf(b.state) > severity.indexOf(a.state) ? b : a))
  const notes = [...new Set(findings.filter(({ state }) => state === worst.state).flatMap(({ note }) => note ?? []))]
  return { state: worst.state, ...(notes.length > 0 ? { note: notes.join('; ') } : {}) }
}

interface Question {
  readonly query: PanelQuery
  readonly range: TimeRange
  readonly backends: Backends
  readonly absent: ReadonlySet<string>
  readonly signal: AbortSignal
}

const judge = async (question: Question): Promise<Finding> => {
  const { query, absent } = question
  const missing = query.datasource === 'tempo' && absent.has('tempo') ? 'tempo' : needs(query, absent)
  if (missing) return { state: 'unavailable', note: `needs ${missing}` }
  try {
    const result = await run(question, query.text)
    if (query.datasource === 'prometheus') return await judgeNumbers(question, result)
    if (hasValues(result)) return { state: 'ok' }
    const wider = query.datasource === 'loki' ? logsOfAllLevels(query.text) : spansOfAllKinds(query.text)
    if (wider === undefined) return { state: 'empty', note: `nothing for ${query.text}` }
    return hasValues(await run(question, wider))
      ? { state: 'ok', note: `nothing went wrong: ${wider} finds something, ${query.text} nothing` }
      : { state: 'empty', note: `nothing for ${wider}` }
  } catch (error) {
    if (!(error instanceof QueryError)) throw error
    return { state: 'error', note: `${error.message} (${query.text})` }
  }
}

const run = ({ query, range, backends, signal }: Question, text: string): Promise<QueryResult> =>
  runQuery(backends, { ...query, text }, range, { signal })

/**
 * The selectors are asked one by one: `or vector(0)` or a sum over nothing would hide an empty one. Then the whole must
 * have a value too, for a join of two full sides can be empty.
 */
const judgeNumbers = async (question: Question, whole: QueryResult): Promise<Finding> => {
  const { text } = question.query
  const quiet: string[] = []
  const selectors = selectorsOf(text)
  for (const selector of selectors) {
    if (await exists(question, selector)) continue
    const wider = withoutFailures(selector) ?? witnessOf(selector)
    if (!wider || !(await exists(question, wider)))
      return { state: 'empty', note: `no series for ${selectorText(wider ?? selector)}` }
    quiet.push(`nothing went wrong: no series for ${selectorText(selector)}, but for ${selectorText(wider)}`)
  }
  if (quiet.length > 0) return { state: 'ok', note: quiet.join('; ') }
  if (hasValues(whole)) return { state: 'ok' }
  if (subtractsSeries(text)) return { state: 'ok', note: 'nothing is left after the subtraction' }
  if (selectors.some(witnessOf) && hasValues(await atEverySample(question)))
    return { state: 'ok', note: 'what went wrong was over before the next point of the panel' }
  return { state: 'empty', note: `its selectors have series, but the whole has no value (does traffic flow?): ${text}` }
}

/**
 * The whole at each evaluation of the rules: an alert that fired for seconds only lies between the points of a panel, and an
 * instant query asks for now alone.
 */
const atEverySample = async ({ query, range, backends, signal }: Question): Promise<QueryResult> => {
  const text = query.text.replace(/:\d+(?:ms|[smhd])\]/g, `:${intervals.pageRules}]`)
  const stepMs = seconds(intervals.pageRules) * 1_000
  return runQuery(backends, { ...query, mode: 'range', stepMs, text }, range, { signal })
}

/** Whether a selector found a series at any time of the range, also one that has ended since. */
const exists = async (question: Question, selector: Pick<PromSelector, 'metric' | 'conditions'>): Promise<boolean> => {
  const { query, range, backends, signal } = question
  const text = `count(last_over_time(${selectorText(selector)}[${promDuration(Math.round((range.to - range.from) / 1_000) * 1_000)}]))`
  return hasValues(await runQuery(backends, { ...query, mode: 'instant', text }, range, { signal }))
}

/** NaN is what a quantile of nothing gives: no value. */
const hasValues = (result: QueryResult): boolean => {
  if (result.kind === 'logs') return result.lines.length > 0
  if (result.kind === 'traces') return result.traces.length > 0
  return result.series.some(({ points }) => points.some(([, value]) => !Number.isNaN(value)))
}

const needs = ({ datasource, text }: PanelQuery, absent: ReadonlySet<string>): string | undefined => {
  if (datasource !== 'prometheus') return undefined
  return selectorsOf(text)
    .map(({ metric }) => metricOf(metric)?.needs)
    .find((software) => software !== undefined && absent.has(software))
}

/** The catalogue's entry of a series by its name in Prometheus. */
const metricOf = (name: string): Metric | undefined => {
  const all: Readonly<Record<string, Metric>> = series
  return all[name] ?? all[name.replace(/_(bucket|count|sum)$/, '')]
}
