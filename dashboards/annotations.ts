import type { Builder } from '@grafana/grafana-foundation-sdk/cog'
import { type AnnotationQuery, AnnotationQueryBuilder } from '@grafana/grafana-foundation-sdk/dashboard'
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus'
import { matches, min, multiply, select } from '../catalogue/promql.ts'
import { colours } from './colours.ts'
import { datasources } from './datasources.ts'
import { scope } from './variables.ts'

/** On each curve: what was deployed, and alerts for as long as they fire: those that page, and those that can wait for the day. */
export const annotations = (): Builder<AnnotationQuery>[] => [
  deployments(),
  firing('Firing: critical', 'critical', colours.bad),
  firing('Firing: warning', 'warning', colours.warning),
]

const prometheus = (name: string, colour: string, expr: string): AnnotationQueryBuilder =>
  new AnnotationQueryBuilder()
    .name(name)
    .datasource(datasources.prometheus)
    .enable(true)
    .iconColor(colour)
    .expr(expr)
    .step('15s')
    .target(new DataqueryBuilder().refId('A').datasource(datasources.prometheus).range().expr(expr))

/**
 * A mark where the first process of a version began: a deployment, or a restart of all. The value of the series is the time
 * of the mark, in milliseconds; so a long range, whose steps are hours, still puts it where it belongs.
 */
const deployments = (): Builder<AnnotationQuery> => {
  const ours = select('process_start_time_seconds', { ...scope, version: matches('.+') })
  const { text } = multiply(min(ours, ['job', 'version']), 1000)
  return prometheus('Deployments', colours.amount, text)
    .titleFormat('{{job}} {{version}}')
    .textFormat('began')
    .useValueForTime(true)
}

const firing = (name: string, severity: 'critical' | 'warning', colour: string): Builder<AnnotationQuery> =>
  prometheus(name, colour, select('ALERTS', { alertstate: 'firing', severity }).text)
    .titleFormat('{{alertname}}')
    .textFormat('{{severity}}')
