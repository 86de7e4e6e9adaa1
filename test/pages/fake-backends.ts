import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What was asked of a fake server: its path and its parameters. */
export interface Asked {
  readonly path: string
  readonly parameters: URLSearchParams
}

export interface FakeBackends {
  readonly url: string
  readonly asked: readonly Asked[]
  /** The most that were being answered at the same time. */
  readonly most: () => number
  readonly stop: () => Promise<void>
}

export const traceId = '0af7651916cd43dd8448eb211c80319c'

/** Prometheus, Loki and Tempo behind one address, with made-up answers that depend on the query alone. */
export async function startFakeBackends(): Promise<FakeBackends> {
  const asked: Asked[] = []
  let running = 0
  let most = 0
  const server: Server = createServer(async (request: IncomingMessage, response) => {
    const { pathname: path, searchParams: parameters } = new URL(request.url ?? '', 'http://fake')
    asked.push({ path, parameters })
    most = Math.max(most, ++running)
    const query = parameters.get('query') ?? ''
    // One that is slow: it answers when its reader has given up.
    if (query.includes('slow')) await new Promise((resolve) => request.once('close', resolve))
    running--
    if (query.includes('refused')) {
      response.writeHead(400, { 'content-type': 'application/json' })
      return response.end(JSON.stringify({ status: 'error', error: 'parse error: <b>unexpected</b> end' }))
    }
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(answer(path, parameters)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    most: () => most,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function answer(path: string, parameters: URLSearchParams): unknown {
  const query = parameters.get('query') ?? ''
  const end = Number(parameters.get('end') ?? parameters.get('time') ?? 0)
  switch (path) {
    case '/api/v1/query_range':
      return data('matrix', seriesFor(query, timesOf(parameters)))
    case '/api/v1/query':
      return data(
        'vector',
        seriesFor(query, [end]).map(({ metric, values }) => ({ metric, value: values[0] })),
      )
    case '/api/v1/query_exemplars': {
      const at = (Number(parameters.get('start')) + end) / 2
      const exemplar = { labels: { trace_id: traceId, span_id: '1' }, value: '0.42', timestamp: at }
      return {
        status: 'success',
        data: [{ seriesLabels: { __name__: 'x_bucket', le: '1', route: '/slow' }, exemplars: [exemplar] }],
      }
    }
    case '/loki/api/v1/query_range':
      return data('streams', linesAt(end / 1e9))
    case '/api/search':
      return { traces: [found(end)] }
    case `/api/v2/traces/${traceId}`:
      return { trace: trace() }
    default:
      return path.startsWith('/api/v1/label/')
        ? { status: 'success', data: ['api', 'worker', '<i>odd</i>'] }
        : data('vector', [])
  }
}

const data = (resultType: string, result: unknown) => ({ status: 'success', data: { resultType, result } })

function timesOf(parameters: URLSearchParams): number[] {
  const [start, end, step] = ['start', 'end', 'step'].map((name) => Number(parameters.get(name))) as [
    number,
    number,
    number,
  ]
  return Array.from({ length: Math.floor((end - start) / step) + 1 }, (_, index) => start + index * step)
}

interface Answer {
  readonly metric: Readonly<Record<string, string>>
  readonly values: readonly (readonly [number, string])[]
}

/** By a word in the query: what it is about. */
function seriesFor(query: string, times: readonly number[]): Answer[] {
  const wave = (scale: number, phase: number) => (time: number) => scale * (1.2 + Math.sin(time / 300 + phase))
  const make = (metric: Record<string, string>, value: (time: number) => number): Answer => ({
    metric,
    values: times.map((time) => [time, String(value(time))] as const),
  })
  if (query.includes('active_users')) return []
  if (query.includes('ALERTS')) {
    const middle = times.slice(Math.floor(times.length * 0.4), Math.floor(times.length * 0.6))
    return [
      {
        metric: { alertname: 'HighErrorRate', severity: 'critical' },
        values: middle.map((time) => [time, '1'] as const),
      },
    ]
  }
  if (query.includes('start_time'))
    return [make({ service: 'api', version: '1.2.3' }, () => (times[Math.floor(times.length / 4)] ?? 0) * 1_000)]
  if (query.includes('_bucket') && !query.includes('quantile'))
    return ['0.1', '0.5', '1', '+Inf'].map((le, index) => make({ le }, wave(1 + index, 0)))
  if (query.includes('queue_depth'))
    return Array.from({ length: 50 }, (_, index) => make({ queue_name: `queue-${index}` }, wave(index + 1, index)))
  if (/\bup\b/.test(query))
    return ['api', 'worker'].map((job, index) =>
      make({ job, service: job }, (time) => (index === 1 && Math.floor(time / 600) % 2 === 0 ? 0 : 1)),
    )
  if (!query.includes('endpoint')) return [make({}, wave(0.2, 0))]
  return ['/a', '/b'].map((endpoint, index) => make({ endpoint }, wave(0.2, index * 2)))
}

function linesAt(seconds: number) {
  const line = (severity_text: string, text: string, ago: number) => ({
    stream: { service_name: 'api', severity_text, trace_id: traceId, correlationId: 'c-1' },
    values: [[`${Math.round(seconds - ago)}000000000`, text]],
  })
  return [
    line('error', 'it failed <script>alert(1)</script>', 60),
    line('info', 'request answered', 120),
    line('warn', 'tried again', 180),
  ]
}

const found = (end: number) => ({
  traceID: traceId,
  rootServiceName: 'api',
  rootTraceName: 'POST /api/contacts',
  startTimeUnixNano: `${Math.round(end - 100)}000000000`,
  durationMs: 43,
})

function trace() {
  const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } })
  const span = (spanId: string, parentSpanId: string, name: string, from: number, to: number, more: object = {}) => ({
    traceId,
    spanId,
    parentSpanId,
    name,
    kind: 2,
    startTimeUnixNano: `${1_795_267_207_930_000_000n + BigInt(from) * 1_000_000n}`,
    endTimeUnixNano: `${1_795_267_207_930_000_000n + BigInt(to) * 1_000_000n}`,
    status: {},
    ...more,
  })
  const failed = {
    status: { code: 2 },
    attributes: [attribute('error.type', 'Timeout'), attribute('http.route', '/<b>x</b>')],
  }
  return {
    resourceSpans: [
      {
        resource: { attributes: [attribute('service.name', 'api')] },
        scopeSpans: [
          {
            spans: [
              span('aaaaaaaaaaaaaaaa', '', 'POST /api/contacts', 0, 40),
              span('bbbbbbbbbbbbbbbb', 'aaaaaaaaaaaaaaaa', 'INSERT contacts', 5, 12),
            ],
          },
        ],
      },
      {
        resource: { attributes: [attribute('service.name', 'worker')] },
        scopeSpans: [{ spans: [span('cccccccccccccccc', 'aaaaaaaaaaaaaaaa', 'contact-enrichment', 20, 38, failed)] }],
      },
    ],
  }
}
