import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog'
import { DataqueryBuilder as LokiQuery } from '@grafana/grafana-foundation-sdk/loki'
import { DataqueryBuilder as PrometheusQuery, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus'
import { SearchTableType, DataqueryBuilder as TempoQuery } from '@grafana/grafana-foundation-sdk/tempo'
import type { LogMetric, LogQuery } from '../catalogue/logql.ts'
import type { Vector } from '../catalogue/promql.ts'
import type { TraceQuery } from '../catalogue/traceql.ts'
import type { Meaning } from './colours.ts'
import { datasources } from './datasources.ts'

/** A query of numbers with the name of its series: plain text, or a template over labels such as `{{endpoint}}`. */
export interface Query {
  readonly expr: Vector | LogMetric
  readonly legend: string
  /** Where the series have a meaning; without it the colour follows the name. */
  readonly colour?: Meaning
  /** Dots that open a trace, drawn over a thin line of what was kept. */
  readonly exemplars?: boolean
  /** One value at the end of the time shown, for numbers about the whole of it (`[$__range]`). */
  readonly instant?: boolean
}

/** A, B, C… in the order of the queries. */
export const refId = (index: number): string => String.fromCharCode(65 + index)

const isLogMetric = (expr: Vector | LogMetric): expr is LogMetric => 'kind' in expr

/** Numbers over the time shown. */
export const rangeTarget = ({ expr, legend, exemplars = false, instant = false }: Query, index: number) => {
  if (isLogMetric(expr))
    return new LokiQuery()
      .refId(refId(index))
      .datasource(datasources.loki)
      .queryType(instant ? 'instant' : 'range')
      .expr(expr.text)
      .legendFormat(legend)
  const query = new PrometheusQuery()
    .refId(refId(index))
    .datasource(datasources.prometheus)
    .expr(expr.text)
    .legendFormat(legend)
    .exemplar(exemplars)
  return instant ? query.instant() : query.range()
}

/** Cumulative buckets, which Grafana takes apart into rows. */
export const heatmapTarget = (expr: Vector): Builder<Dataquery> =>
  new PrometheusQuery()
    .refId('A')
    .datasource(datasources.prometheus)
    .range()
    .expr(expr.text)
    .format(PromQueryFormat.Heatmap)
    .legendFormat('{{le}}')

/** Numbers at the end of the time shown, a row a series. */
export const tableTarget = (expr: Vector | LogMetric, index: number): Builder<Dataquery> =>
  isLogMetric(expr)
    ? new LokiQuery().refId(refId(index)).datasource(datasources.loki).queryType('instant').expr(expr.text)
    : new PrometheusQuery()
        .refId(refId(index))
        .datasource(datasources.prometheus)
        .instant()
        .expr(expr.text)
        .format(PromQueryFormat.Table)

/** The newest lines. */
export const logsTarget = (query: LogQuery): Builder<Dataquery> =>
  new LokiQuery().refId('A').datasource(datasources.loki).queryType('range').expr(query.text).maxLines(100)

/** The newest traces, one a row. */
export const tracesTarget = (query: TraceQuery, most = 20): Builder<Dataquery> =>
  new TempoQuery()
    .refId('A')
    .datasource(datasources.tempo)
    .queryType('traceql')
    .query(query.text)
    .limit(most)
    .tableType(SearchTableType.Traces)

/** Grafana's word for several sources in one panel is a source of its own; a panel of ours has one. */
export const sourceOf = (queries: readonly Pick<Query, 'expr'>[]) => {
  const kinds = new Set(queries.map(({ expr }) => (isLogMetric(expr) ? 'loki' : 'prometheus')))
  const [kind] = kinds
  if (kinds.size !== 1 || !kind) throw new Error('a panel asks one data source')
  return datasources[kind]
}
