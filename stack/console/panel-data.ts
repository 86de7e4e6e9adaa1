import { type Dashboard, dataPanels, type Panel, type Target } from '../queries/dashboards.ts'
import { type Exemplar, queryExemplars, thinned } from '../queries/exemplars.ts'
import { type PanelQuery, queriesOf } from '../queries/panel-queries.ts'
import {
  type Backends,
  type FoundTrace,
  type LogLine,
  QueryError,
  type QueryResult,
  type RunOptions,
  runQuery,
} from '../queries/run-query.ts'
import { align, type NamedSeries, type Table } from './frames.ts'
import type { View } from './view.ts'

/** Why a query gave nothing. */
export interface Failure {
  readonly refId: string
  readonly kind: QueryError['kind']
  readonly datasource: string
  readonly message: string
}

/** What one panel shows. */
export interface PanelData {
  readonly table: Table
  readonly stepMs: number
  readonly lines: readonly LogLine[]
  readonly traces: readonly FoundTrace[]
  readonly exemplars: readonly Exemplar[]
  readonly failures: readonly Failure[]
  readonly range: { readonly from: number; readonly to: number }
  /** As they were sent, for whoever wants to look closer. */
  readonly queries: readonly { readonly refId: string; readonly datasource: string; readonly text: string }[]
}

export interface PanelOptions extends RunOptions {
  /** How many points across the panel. */
  readonly points?: number
}

/** As many as can be told apart and hit with a pointer. */
const mostExemplars = 80

export const panelOf = (dashboard: Dashboard, id: number): Panel | undefined =>
  dataPanels(dashboard).find((each) => each.id === id)

/** Runs a panel's queries, side by side. What fails is told beside what did not. */
export async function panelData(
  dashboard: Dashboard,
  panel: Panel,
  view: Pick<View, 'range' | 'values'>,
  backends: Backends,
  options: PanelOptions,
): Promise<PanelData> {
  const { points } = options
  const queries = queriesOf(dashboard, panel, { ...view, ...(points !== undefined && { points }) })
  const failures: Failure[] = []
  const results = await Promise.all(
    queries.map(async (query) => {
      const { maxLines, limit = maxLines } = targetOf(panel, query) ?? {}
      try {
        const result = await runQuery(backends, query, view.range, {
          ...options,
          ...(limit !== undefined && { limit }),
        })
        return { query, result }
      } catch (error) {
        if (!(error instanceof QueryError)) throw error
        const { refId, datasource } = query
        failures.push({ refId, datasource, kind: error.kind, message: error.message })
        return undefined
      }
    }),
  )
  const answered = results.filter((each) => each !== undefined)
  return {
    table: align(answered.flatMap(seriesOf), queries[0]?.stepMs ?? 0),
    stepMs: queries[0]?.stepMs ?? 0,
    lines: answered
      .flatMap(({ result }) => (result.kind === 'logs' ? result.lines : []))
      .sort((a, b) => b.timeMs - a.timeMs),
    traces: answered.flatMap(({ result }) => (result.kind === 'traces' ? result.traces : [])),
    exemplars: await exemplarsOf(panel, queries, view, backends, options),
    failures,
    range: view.range,
    queries: queries.map(({ refId, datasource, text }) => ({ refId, datasource, text })),
  }
}

const targetOf = (panel: Panel, { refId }: PanelQuery): Target | undefined =>
  panel.targets?.find((target, index) => (target.refId ?? String.fromCharCode(65 + index)) === refId)

/** Dots over the curves: without them the curves still say what they say, so nothing is told when they cannot be had. */
async function exemplarsOf(
  panel: Panel,
  queries: readonly PanelQuery[],
  { range }: Pick<View, 'range'>,
  { prometheus }: Backends,
  { signal = new AbortController().signal }: RunOptions,
): Promise<Exemplar[]> {
  const wanted = queries.filter((query) => query.datasource === 'prometheus' && targetOf(panel, query)?.exemplar)
  if (!prometheus) return []
  const found = await Promise.all(
    wanted.map(({ text }) => queryExemplars(prometheus, text, range, signal).catch(() => [])),
  )
  return thinned(found.flat(), range, mostExemplars)
}

const seriesOf = ({ query, result }: { query: PanelQuery; result: QueryResult }): NamedSeries[] =>
  result.kind !== 'series'
    ? []
    : result.series.map(({ labels, points }) => ({
        name: legend(query.legend, labels),
        refId: query.refId,
        labels,
        points,
      }))

/** A series' name from its query's template: `{{method}} {{status}}`; its labels where there is none. */
export function legend(template: string, labels: Readonly<Record<string, string>>): string {
  if (template && template !== '__auto') {
    return template.replace(/\{\{\s*([\w.]+)\s*\}\}/g, (_, label: string) => labels[label] ?? '').trim()
  }
  const { __name__: name = '', ...rest } = labels
  const pairs = Object.entries(rest).map(([label, value]) => `${label}="${value}"`)
  return pairs.length > 0 || !name ? `${name}{${pairs.join(', ')}}` : name
}
