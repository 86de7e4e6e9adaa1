/** Where one goes from a span: its lines, its numbers, the dashboard about its kind, all over the same range of time. */

interface Spanned {
  readonly service: string
  readonly name: string
  readonly kind: string
  readonly startMs: number
  readonly durationMs: number
  readonly attributes: Readonly<Record<string, string>>
}

export interface SpanLink {
  readonly title: string
  /** An address of the console. */
  readonly path: string
}

/** Long enough for a rate to have a course, short enough to see the span's own minute in it. */
const aroundMs = 10 * 60_000

const selector = (metric: string, labels: Readonly<Record<string, string>>): string =>
  `${metric}{${Object.entries(labels)
    .map(([label, value]) => `${label}=${JSON.stringify(value)}`)
    .join(', ')}}`

/** By which metric the span's like are timed: requests by their route, all others by their name. */
function timedBy({ service, name, attributes }: Spanned): string {
  const endpoint = attributes['http.route']
  const method = attributes['http.request.method']
  return endpoint && method
    ? selector('http_request_duration_seconds_bucket', { job: service, method, endpoint })
    : selector('traces_span_metrics_duration_seconds_bucket', { service_name: service, span_name: name })
}

/** The dashboard about such spans. */
function dashboardOf({ kind, attributes }: Spanned): { readonly title: string; readonly uid: string } {
  if (kind === 'server') return { title: 'API Performance', uid: 'api-performance' }
  if (kind === 'producer' || kind === 'consumer')
    return { title: 'Webhooks, Jobs and Queues', uid: 'webhooks-jobs-queues' }
  if (Object.keys(attributes).some((key) => key.startsWith('db.'))) return { title: 'Database', uid: 'database' }
  if (kind === 'client') return { title: 'External APIs', uid: 'external-apis' }
  return { title: 'User Journeys', uid: 'user-journeys' }
}

export function linksOfSpan(traceId: string, span: Spanned): SpanLink[] {
  const { startMs, durationMs } = span
  const range = {
    from: String(Math.floor(startMs - aroundMs)),
    to: String(Math.ceil(startMs + durationMs + aroundMs)),
  }
  const address = (path: string, parameters: Readonly<Record<string, string>>): string =>
    `${path}?${new URLSearchParams({ ...parameters, ...range })}`
  const query = `histogram_quantile(0.95, sum by (le) (rate(${timedBy(span)}[1m])))`
  const { title, uid } = dashboardOf(span)
  return [
    { title: 'log lines of the trace', path: address('/logs', { trace_id: traceId }) },
    {
      title: '95th percentile of the like',
      path: address('/explore', { datasource: 'prometheus', query }),
    },
    { title: `dashboard ${title}`, path: address(`/d/${uid}`, { 'var-job': span.service }) },
  ]
}
