import type { IncomingMessage } from 'node:http'
import { createNoopMeter } from '@opentelemetry/api'
import { getNodeAutoInstrumentations, type InstrumentationConfigMap } from '@opentelemetry/auto-instrumentations-node'
import type { Instrumentation } from '@opentelemetry/instrumentation'
import { nameQuerySpan } from './query-spans.ts'
import { scrubPath, scrubQuery, scrubUrl } from './safe-urls.ts'

type Name = keyof InstrumentationConfigMap

/**
 * What `getNodeAutoInstrumentations()` would start and we do not, and why. Everything that is not named here stays on and
 * works for whatever somebody adds (express, ioredis, socket.io, aws-sdk, …): a package that is not imported costs
 * nothing at run time. `OTEL_NODE_DISABLED_INSTRUMENTATIONS` switches off more.
 */
const off: Partial<Record<Name, string>> = {
  '@opentelemetry/instrumentation-fs': 'a span for each file read, thousands at start, and nobody looks at them',
  '@opentelemetry/instrumentation-net': 'a span for each socket; the HTTP and pg spans already say who was called',
  '@opentelemetry/instrumentation-dns': 'a span for each lookup; the client span already holds its time',
  '@opentelemetry/instrumentation-host-metrics': 'node_exporter measures the host once, for all processes on it',
  '@opentelemetry/instrumentation-aws-lambda': 'it patches the handler of a Lambda runtime; these are servers',
  '@opentelemetry/instrumentation-cucumber': 'a test runner',
  '@opentelemetry/instrumentation-bunyan': 'logs are written by pino, once',
  '@opentelemetry/instrumentation-winston': 'logs are written by pino, once',
  '@opentelemetry/instrumentation-generic-pool': 'waiting for a pool shows as the gap before its query',
  '@opentelemetry/instrumentation-graphql':
    'it knows graphql below 17 only, and makes a span for each field; ours is one an operation',
  '@opentelemetry/instrumentation-dataloader': 'a span for each id that is looked up; its one query has a span already',
  '@opentelemetry/instrumentation-lru-memoizer': 'it keeps contexts through a memoizer nobody here uses',
}

/** Query values hold codes, states, search texts; the path may hold an e-mail address. Names and shape are enough. */
const safeUrl = (rawPath: string): Record<string, string> => {
  const [path = '/', query] = splitQuery(rawPath)
  return { 'url.path': scrubPath(path), ...(query !== undefined && { 'url.query': scrubQuery(query) }) }
}

const splitQuery = (rawPath: string): [string, string?] => {
  const at = rawPath.indexOf('?')
  return at < 0 ? [rawPath] : [rawPath.slice(0, at), rawPath.slice(at + 1)]
}

/** Settings of the instrumentations that stay on. `metricsPort`: scrapes are not requests of anybody's. */
const settings = (metricsPort: number, collector: string): InstrumentationConfigMap => ({
  '@opentelemetry/instrumentation-http': {
    ignoreIncomingRequestHook: (request: IncomingMessage) => request.socket.localPort === metricsPort,
    // The exporter's own calls: their spans are suppressed anyway, this spares their measurement.
    ignoreOutgoingRequestHook: (request) => `${request.hostname ?? request.host}:${request.port}` === collector,
    startIncomingSpanHook: (request) => safeUrl(request.url ?? '/'),
    startOutgoingSpanHook: (request) => ({
      'url.full': scrubUrl(
        `${request.protocol ?? 'http:'}//${request.hostname ?? request.host ?? ''}${request.port ? `:${request.port}` : ''}${request.path ?? '/'}`,
      ),
    }),
  },
  '@opentelemetry/instrumentation-undici': {
    startSpanHook: (request) => ({
      ...safeUrl(request.path),
      'url.full': scrubUrl(`${request.origin}${request.path}`),
    }),
  },
  '@opentelemetry/instrumentation-pg': {
    // Queries outside of any request or job are the queue's polling and our own probe: a trace each would be noise.
    requireParentSpan: true,
    // Half of all spans; waiting for a connection shows as the gap before the query.
    ignoreConnectSpans: true,
    requestHook: nameQuerySpan,
  },
  // For loggers of other packages: trace_id and span_id in each line, but no sending, which would pass by our scrubbing.
  // Our own logger does both itself (log-records.ts says why).
  '@opentelemetry/instrumentation-pino': { disableLogSending: true },
})

/** The instrumentations of this process, enabled. */
export const instrumentations = (metricsPort: number, collector: string): Instrumentation[] => {
  const config: InstrumentationConfigMap = settings(metricsPort, collector)
  const disabled = Object.fromEntries(Object.keys(off).map((name) => [name, { enabled: false }]))
  return getNodeAutoInstrumentations({ ...config, ...disabled })
}

/**
 * Scopes of whose metrics nobody looks at any. `http`: its server duration would be ours a second time, without the error
 * type; its client duration would repeat undici's series label for label, and the service calls out by `fetch`. `pg`: the
 * query duration is recorded at Kysely, which knows the table.
 */
const unmeasured: ReadonlySet<string> = new Set([
  '@opentelemetry/instrumentation-http',
  '@opentelemetry/instrumentation-pg',
])

/** Gives those a meter that does nothing: for a metric that a view drops, the SDK does twice the work of one that is kept. */
export const quiet = (enabled: readonly Instrumentation[]): void => {
  const meter = createNoopMeter()
  for (const one of enabled)
    if (unmeasured.has(one.instrumentationName)) one.setMeterProvider({ getMeter: () => meter })
}
