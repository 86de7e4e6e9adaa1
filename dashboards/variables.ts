import type { Builder } from '@grafana/grafana-foundation-sdk/cog'
import {
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  type VariableModel,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { type LogQuery, logs } from '../catalogue/logql.ts'
import { type Selector, select, variable } from '../catalogue/promql.ts'
import type { LabelOf, SeriesName } from '../catalogue/series.ts'
import { type SpanConditions, spans, type TraceQuery } from '../catalogue/traceql.ts'
import { datasources } from './datasources.ts'

/** The conditions that every selector of scraped series has; series recorded over all instances have none to match. */
export const scope = { job: variable('job'), instance: variable('instance') } as const

/** Whose synchronization: the labels that sync and adapter metrics have besides. */
export const tenantScope = { ...scope, tenant_id: variable('tenant'), integration_id: variable('integration') } as const

/** Of which queue. */
export const queueScope = { ...scope, queue_name: variable('queue') } as const

/** The same for Loki, whose index label holds what Prometheus calls the job. */
export const scopedLogs = (fields: Parameters<typeof logs>[1] = {}): LogQuery =>
  logs({ service_name: scope.job }, { service_instance_id: scope.instance, ...fields })

/** The same for Tempo. */
export const scopedSpans = (where: SpanConditions): TraceQuery =>
  spans({
    ...where,
    attributes: {
      'resource.service.name': scope.job,
      'resource.service.instance.id': scope.instance,
      ...where.attributes,
    },
  })

/** Grafana's own function for the values of a label. */
const labelValues = <N extends SeriesName>(of: Selector<N>, label: NoInfer<LabelOf<N>>): string =>
  `label_values(${of.name}${of.matchers}, ${label})`

const ofPrometheus = (name: string, label: string, query: string): Builder<VariableModel> =>
  new QueryVariableBuilder(name)
    .label(label)
    .datasource(datasources.prometheus)
    .query({ query, refId: `${name}-values` })
    .definition(query)
    .multi(true)
    .includeAll(true)
    // Not the list of values: that would be long, and would leave out what began after the page was opened.
    .allValue('.+')
    .current({ selected: true, text: ['All'], value: ['$__all'] })
    .sort(VariableSort.AlphabeticalAsc)
    .refresh(VariableRefresh.OnTimeRangeChanged)

const ofDatasources = (name: string, label: string, type: string): Builder<VariableModel> =>
  new DatasourceVariableBuilder(name).label(label).type(type)

const all = (): Record<string, Builder<VariableModel>> => ({
  prometheus_datasource: ofDatasources('prometheus_datasource', 'Prometheus data source', 'prometheus'),
  loki_datasource: ofDatasources('loki_datasource', 'Loki data source', 'loki'),
  tempo_datasource: ofDatasources('tempo_datasource', 'Tempo data source', 'tempo'),
  job: ofPrometheus('job', 'Job', labelValues(select('up'), 'job')),
  instance: ofPrometheus('instance', 'Instance', labelValues(select('up', { job: scope.job }), 'instance')),
  tenant: ofPrometheus('tenant', 'Tenant', labelValues(select('adapter_requests_total'), 'tenant_id')),
  integration: ofPrometheus(
    'integration',
    'Integration',
    labelValues(select('adapter_requests_total', { tenant_id: tenantScope.tenant_id }), 'integration_id'),
  ),
  queue: ofPrometheus('queue', 'Queue', labelValues(select('queue_depth'), 'queue_name')),
})

/** The variables that the panels use, in the order in which they stand above them: one that changes nothing would mislead. */
export const variablesOf = (panels: unknown): Builder<VariableModel>[] => {
  const text = JSON.stringify(panels)
  // Every panel can be narrowed to a process, and every dashboard has alerts drawn from Prometheus.
  const always = ['prometheus_datasource', 'job', 'instance']
  return Object.entries(all()).flatMap(([name, builder]) =>
    always.includes(name) || new RegExp(`\\$\\{?${name}\\b`).test(text) ? builder : [],
  )
}
