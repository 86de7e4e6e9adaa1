import type { Builder } from '@grafana/grafana-foundation-sdk/cog'
import { type AnnotationQuery, AnnotationQueryBuilder } from '@grafana/grafana-foundation-sdk/dashboard'
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus'
import { select } from '../catalogue/promql.ts'
import { colours } from './colours.ts'
import { datasources } from './datasources.ts'

/** Alerts on each curve, for as long as they fire: those that page, and those that can wait for the day. */
export const annotations = (): Builder<AnnotationQuery>[] => [
  firing('Firing: critical', 'critical', colours.bad),
  firing('Firing: warning', 'warning', colours.warning),
]

const firing = (name: string, severity: 'critical' | 'warning', colour: string): Builder<AnnotationQuery> => {
  const { text } = select('ALERTS', { alertstate: 'firing', severity })
  return new AnnotationQueryBuilder()
    .name(name)
    .datasource(datasources.prometheus)
    .enable(true)
    .iconColor(colour)
    .expr(text)
    .titleFormat('{{alertname}}')
    .textFormat('{{severity}}')
    .step('15s')
    .target(new DataqueryBuilder().refId('A').datasource(datasources.prometheus).range().expr(text))
}
