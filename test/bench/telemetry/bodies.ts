import { type Group, logsRequest, spansRequest } from './otlp.ts'
import {
  type Attribute,
  failure,
  type LogRecord,
  placeholder,
  read,
  type SpanRecord,
  type Told,
  write,
} from './records.ts'

/** A request to the collector that is serialised once; only ids and times change from one sending to the next. */
export interface Body {
  readonly path: '/v1/traces' | '/v1/logs'
  readonly records: number
  readonly bytes: Buffer
  /** Where the trace ids stand, each with the number of its request within the round. */
  readonly ids: readonly { readonly at: number; readonly request: number }[]
  readonly times: readonly number[]
}

/** Bodies of one round: so many requests' telemetry, cut as the service's batches are. */
export interface Round {
  readonly requests: number
  readonly spans: number
  readonly lines: number
  readonly bodies: readonly Body[]
}

/** What the SDK sends at once (OTEL_BSP_MAX_EXPORT_BATCH_SIZE). */
const mostRecords = 512

const resource = (service: string, port: number): Attribute[] => [
  ['service.name', service],
  ['service.version', '0.1.0'],
  ['deployment.environment.name', 'production'],
  ['service.instance.id', `127.0.0.1:${port}`],
  ['telemetry.sdk.language', 'nodejs'],
  ['telemetry.sdk.name', 'opentelemetry'],
  ['telemetry.sdk.version', '3.0.0'],
]

/** Of a hundred requests ninety read, nine write and enqueue a job, one fails. */
const requestAt = (index: number): Told => (index % 100 === 50 ? failure() : index % 11 === 5 ? write() : read())

interface Numbered<R> {
  readonly record: R
  readonly request: number
}

/** The telemetry of so many requests. */
export const round = (requests: number): Round => {
  const told = Array.from({ length: requests }, (_, index) => requestAt(index))
  const numbered = <R>(of: (one: Told) => readonly R[]): Numbered<R>[] =>
    told.flatMap((one, request) => of(one).map((record) => ({ record, request })))
  const api = numbered<SpanRecord>((one) => one.api)
  const worker = numbered<SpanRecord>((one) => one.worker)
  const lines = numbered<LogRecord>(({ line }) => [line])
  return {
    requests,
    spans: api.length + worker.length,
    lines: lines.length,
    bodies: [
      ...chunks(api).map((some) => traceBody('api', 9464, some)),
      ...chunks(worker).map((some) => traceBody('worker', 9465, some)),
      ...chunks(lines).map(logBody),
    ],
  }
}

const chunks = <R>(all: readonly R[]): R[][] =>
  Array.from({ length: Math.ceil(all.length / mostRecords) }, (_, index) =>
    all.slice(index * mostRecords, (index + 1) * mostRecords),
  )

/** Spans by the package that makes them, as the SDK groups them. */
const scopeOf = ({ kind }: SpanRecord): string =>
  kind === 2 ? '@opentelemetry/instrumentation-http' : kind === 3 ? '@opentelemetry/instrumentation-pg' : 'crm'

const traceBody = (service: string, port: number, some: readonly Numbered<SpanRecord>[]): Body => {
  const groups = [...Map.groupBy(some, ({ record }) => scopeOf(record))]
  const scopes: Group<SpanRecord>[] = groups.map(([scope, spans]) => ({
    scope,
    records: spans.map(({ record }) => record),
  }))
  const written = groups.flatMap(([, spans]) => spans)
  return body('/v1/traces', spansRequest(resource(service, port), scopes), written)
}

const logBody = (some: readonly Numbered<LogRecord>[]): Body =>
  body(
    '/v1/logs',
    logsRequest(resource('api', 9464), [{ scope: 'crm', records: some.map(({ record }) => record) }]),
    some,
  )

const body = (path: Body['path'], bytes: Buffer, written: readonly Numbered<unknown>[]): Body => ({
  path,
  records: written.length,
  bytes,
  ids: positions(bytes, Buffer.from(placeholder.traceId, 'hex')).map((at, index) => ({
    at,
    request: written[index]?.request ?? 0,
  })),
  times: positions(bytes, timeBytes(placeholder.time)),
})

const timeBytes = ([seconds, nanoseconds]: readonly [number, number]): Buffer => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds))
  return bytes
}

const positions = (bytes: Buffer, part: Buffer): number[] => {
  const found: number[] = []
  for (let at = bytes.indexOf(part); at >= 0; at = bytes.indexOf(part, at + part.length)) found.push(at)
  return found
}

/** Gives a body's requests the trace ids of this round (16 bytes each, one beside the other) and the time in ms. */
export const fill = ({ bytes, ids, times }: Body, traceIds: Buffer, now: number): void => {
  for (const { at, request } of ids) traceIds.copy(bytes, at, request * 16, request * 16 + 16)
  const time = timeBytes([Math.floor(now / 1_000), (now % 1_000) * 1_000_000])
  for (const at of times) time.copy(bytes, at)
}
