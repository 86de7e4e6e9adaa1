/** Ways between traces, log lines and metrics of whatever the stack did lately. */
import { loadDashboards } from '../queries/dashboards.ts'
import { type Exemplar, queryExemplars } from '../queries/exemplars.ts'
import { logsOfTrace } from '../queries/find-trace.ts'
import { panelQueries } from '../queries/panel-queries.ts'
import type { LogLine } from '../queries/run-query.ts'
import type { DetailedSpan } from '../queries/span-details.ts'
import type { Direction } from './direction.ts'
import { lines, type Sites, series, spread, trace } from './sites.ts'

/** Every bucket of the histograms that are made after sampling. */
const keptDurations = 'traces_kept_span_metrics_duration_seconds_bucket'

/** All exemplars of the window, each trace once. */
export async function spanExemplars(sites: Sites): Promise<Exemplar[]> {
  const all = await queryExemplars(sites.prometheus, keptDurations, sites.lately(), sites.signal)
  return [...new Map(all.map((each) => [each.traceId, each])).values()]
}

const opens = async (sites: Sites, { traceId, spanId, labels }: Exemplar): Promise<string | undefined> => {
  const span = (await trace(sites, traceId)).find((each) => each.spanId === spanId)
  if (!span) return `the trace does not hold span ${spanId}`
  return span.service === labels.service_name && span.name === labels.span_name
    ? undefined
    : `its span is ${span.service} ${span.name}, the series is of ${labels.service_name} ${labels.span_name}`
}

/** Spans with which a request entered one of our processes, by way of exemplars. */
export async function requestSpans(sites: Sites, most: number): Promise<{ traceId: string; span: DetailedSpan }[]> {
  const isRequest = ({ labels }: Exemplar) =>
    // What probes and monitors ask is logged at debug only, if at all.
    labels.span_kind === 'SPAN_KIND_SERVER' && /^[A-Z]+ \/api\//.test(labels.span_name ?? '')
  const found = spread((await spanExemplars(sites)).filter(isRequest), most)
  const spans = await Promise.all(
    found.map(async ({ traceId, spanId }) => {
      const span = (await trace(sites, traceId)).find((each) => each.spanId === spanId)
      return span ? [{ traceId, span }] : []
    }),
  )
  return spans.flat()
}

/** Lines of our processes that belong to a trace. */
export async function linesLately(sites: Sites, most: number, text: string): Promise<readonly LogLine[]> {
  return spread(await lines(sites, text, sites.lately(), 1_000), most)
}

/** Lines that belong to a trace; those of level debug are many and alike. */
export const tracedLines = '{service_name=~"api|worker|mcp"} | trace_id != "" | severity_text != "debug"'

const entries = new Set(['server', 'consumer'])

export const byTrace: readonly Direction[] = [
  {
    from: 'exemplar',
    to: 'trace',
    how: 'trace_id and span_id of the exemplar; the span has the series’ service and name',
    samples: async (sites, most) =>
      spread(await spanExemplars(sites), most).map((exemplar) => ({
        what: `exemplar of ${exemplar.labels.service_name} ${exemplar.labels.span_name}, trace ${exemplar.traceId}`,
        follow: () => opens(sites, exemplar),
      })),
  },
  {
    from: 'trace',
    to: 'logs',
    how: 'trace_id of the line; span_id is one of the trace’s spans; every process with a request or job has lines',
    samples: async (sites, most) =>
      (await requestSpans(sites, most)).map(({ traceId, span }) => ({
        what: `${span.service} ${span.name}, trace ${traceId}`,
        follow: async () => {
          const spans = await trace(sites, traceId)
          const found = await lines(sites, logsOfTrace(traceId).text)
          const silent = [
            ...new Set(spans.filter(({ kind }) => entries.has(kind)).map(({ service }) => service)),
          ].filter((service) => !found.some(({ labels }) => labels.service_name === service))
          if (silent.length > 0) return `no line of ${silent.join(' and ')}`
          const ids = new Set(spans.map(({ spanId }) => spanId))
          const stray = found.find(({ labels }) => !ids.has(labels.span_id ?? ''))
          return stray && `"${stray.line}" names span ${stray.labels.span_id}, which the trace does not hold`
        },
      })),
  },
  {
    from: 'log',
    to: 'trace',
    how: 'trace_id in the line’s structured metadata; the trace holds its span_id',
    samples: async (sites, most) =>
      (await linesLately(sites, most, tracedLines)).map(
        ({ line, labels: { trace_id: traceId = '', span_id: spanId, service_name: service } }) => ({
          what: `"${line}" of ${service}, trace ${traceId}`,
          follow: async () => {
            const span = (await trace(sites, traceId)).find((each) => each.spanId === spanId)
            if (!span) return `the trace does not hold span ${spanId}`
            return span.service === service ? undefined : `its span is of ${span.service}`
          },
        }),
      ),
  },
  {
    from: 'trace',
    to: 'metrics',
    how: 'service, method, http.route and status of the span are labels of http_request_duration_seconds; service, name and kind those of the span metrics',
    samples: async (sites, most) =>
      (await requestSpans(sites, most)).map(({ traceId, span }) => ({
        what: `${span.service} ${span.name}, trace ${traceId}`,
        follow: () => counted(sites, span),
      })),
  },
  {
    from: 'metrics',
    to: 'exemplar',
    how: 'the exemplar queries of the dashboards’ panels find some, and each opens its trace',
    samples: async (sites, most) => {
      const range = sites.lately()
      const dashboards = await loadDashboards()
      const queries = dashboards.flatMap((dashboard) =>
        panelQueries(dashboard, { range })
          .filter(({ panel, refId }) => panel.targets?.some((target) => target.refId === refId && target.exemplar))
          .map(({ panel, text }) => ({ name: `${dashboard.title}, ${panel.title}`, text })),
      )
      const distinct = [...new Map(queries.map((each) => [each.text, each])).values()]
      return spread(distinct, most).map(({ name, text }) => ({
        what: name,
        follow: async () => {
          // Asked anew each time: in a young stack what is rare comes later.
          const found = await queryExemplars(sites.prometheus, text, sites.lately(), sites.signal)
          const [exemplar] = spread(found, 1)
          return exemplar ? opens(sites, exemplar) : `no exemplar for ${text}`
        },
      }))
    },
  },
]

/** Where the span's request is counted, by what the span says of itself. */
async function counted(sites: Sites, { service, name, kind, attributes }: DetailedSpan): Promise<string | undefined> {
  const { 'http.route': endpoint, 'http.request.method': method, 'http.response.status_code': status } = attributes
  if (!endpoint || !method || !status) return `the span says no route, method or status: ${JSON.stringify(attributes)}`
  const requests = selector('http_request_duration_seconds_count', { job: service, method, endpoint, status })
  const spans = selector('traces_span_metrics_calls_total', {
    service_name: service,
    span_name: name,
    span_kind: `SPAN_KIND_${kind.toUpperCase()}`,
  })
  for (const text of [requests, spans]) {
    const [first] = await series(sites, text)
    if (!((first?.points[0]?.[1] ?? 0) > 0)) return `nothing for ${text}`
  }
  return undefined
}

/** What a span says is any text: the catalogue's builder knows only values that are promised. */
const selector = (metric: string, labels: Readonly<Record<string, string>>): string =>
  `${metric}{${Object.entries(labels)
    .map(([label, value]) => `${label}=${JSON.stringify(value)}`)
    .join(', ')}}`
