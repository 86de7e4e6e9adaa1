import { type LogQuery, logs } from '../../catalogue/logql.ts'
import { services } from '../../catalogue/metric.ts'
import { oneOf } from '../../catalogue/promql.ts'
import type { Exploration } from './explore.ts'

/**
 * All lines of one trace or one request, from whichever process: `trace_id` or `correlation_id`. Undefined where neither is
 * given. A day unless a range is: an id alone does not say when it was.
 */
export function linesOf(parameters: URLSearchParams): Exploration | undefined {
  const everywhere = { service_name: oneOf(...services) }
  const traceId = parameters.get('trace_id')
  const correlationId = parameters.get('correlation_id')
  const query: LogQuery | undefined = traceId
    ? logs(everywhere, { trace_id: traceId })
    : correlationId
      ? logs(everywhere, { correlationId })
      : undefined
  const [from, to] = [parameters.get('from') || 'now-24h', parameters.get('to') || 'now']
  return query && { datasource: 'loki', text: query.text, from, to }
}
