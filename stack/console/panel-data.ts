import { type Dashboard, dataPanels, type Panel } from '../queries/dashboards.ts'
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
import { align, type NamedSeries, perBucket, type Table } from './frames.ts'
import type { View } from './view.ts'

/** Why a query gave nothing. */
export interface Failure {
  readonly refId: string
  readonly kind: QueryError['kind']
  readonly message: string
}

/** What one panel shows. */
export interface PanelData {
  readonly table: Table
  readonly lines: readonly LogLine[]
  readonly traces: readonly FoundTrace[]
  readonly failures: readonly Failure[]
  readonly range: { readonly from: number; readonly to: number }
  /** As they were sent, for whoever wants to look closer. */
  readonly queries: readonly string[]
}

/** Runs a panel's queries. Undefined when the dashboard has no such panel. */
export async function panelData(
  dashboard: Dashboard,
  id: number,
  view: View,
  backends: Backends,
  options: RunOptions,
): Promise<PanelData | undefined> {
  const panel = dataPanels(dashboard).find((each) => each.id === id)
  if (!panel) return undefined
  const queries = queriesOf(dashboard, panel, view)
  const failures: Failure[] = []
  const results = await Promise.all(
    queries.map(async (query) => {
      try {
        return { query, result: await runQuery(backends, query, view.range, options) }
      } catch (error) {
        if (!(error instanceof QueryError)) throw error
        failures.push({ refId: query.refId, kind: error.kind, message: error.message })
        return undefined
      }
    }),
  )
  const answered = results.filter((each) => each !== undefined)
  return {
    table: align(seriesOf(panel, answered), queries[0]?.stepMs ?? 0),
    lines: answered.flatMap(({ result }) => (result.kind === 'logs' ? result.lines : [])),
    traces: answered.flatMap(({ result }) => (result.kind === 'traces' ? result.traces : [])),
    failures,
    range: view.range,
    queries: queries.map(({ text }) => text),
  }
}

function seriesOf(panel: Panel, answered: readonly { query: PanelQuery; result: QueryResult }[]): NamedSeries[] {
  const series = answered.flatMap(({ query, result }) =>
    result.kind === 'series'
      ? result.series.map(({ labels, points }) => ({
          name: legend(query.legend, labels),
          refId: query.refId,
          labels,
          points,
        }))
      : [],
  )
  return panel.type === 'heatmap' ? perBucket(series) : series
}

/** A series' name from its query's template: `{{method}} {{status}}`; its labels where there is none. */
export function legend(template: string, labels: Readonly<Record<string, string>>): string {
  if (template && template !== '__auto') {
    return template.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, label: string) => labels[label] ?? '').trim()
  }
  const { __name__: name = '', ...rest } = labels
  const pairs = Object.entries(rest).map(([label, value]) => `${label}="${value}"`)
  return pairs.length > 0 || !name ? `${name}{${pairs.join(', ')}}` : name
}
