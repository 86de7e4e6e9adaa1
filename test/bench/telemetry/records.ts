/**
 * What the service tells the collector about one request, as it was observed. Ids and times are filled in when it is sent
 * (`bodies.ts`); what stands here is what it costs to read, search, count and pass on.
 */

export type Attribute = readonly [key: string, value: string | number | boolean]
/** Seconds and nanoseconds. */
type Time = readonly [number, number]

export interface SpanRecord {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string | undefined
  readonly name: string
  readonly kind: number
  readonly time: Time
  readonly attributes: readonly Attribute[]
  readonly failed: boolean
  readonly events: readonly { readonly name: string; readonly time: Time; readonly attributes: readonly Attribute[] }[]
}

export interface LogRecord {
  readonly traceId: string
  readonly spanId: string
  readonly time: Time
  readonly body: string
  readonly attributes: readonly Attribute[]
}

const attributes = (values: Readonly<Record<string, string | number | boolean>>): Attribute[] => Object.entries(values)

/** In place of what is filled in, and nowhere else in a body. */
export const placeholder = {
  traceId: 'f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff',
  time: [1_777_777_777, 777_777_777],
} as const

const kinds = { internal: 1, server: 2, client: 3, producer: 4, consumer: 5 } as const

let spanIds = 0
const spanId = (): string => (++spanIds).toString(16).padStart(16, '0')

interface SpanFields {
  readonly kind: keyof typeof kinds
  readonly parent?: string
  readonly failed?: boolean
  readonly attributes?: Readonly<Record<string, string | number | boolean>>
}

const span = (name: string, { kind, parent, failed = false, attributes: values = {} }: SpanFields): SpanRecord => ({
  traceId: placeholder.traceId,
  spanId: spanId(),
  parentSpanId: parent,
  name,
  kind: kinds[kind],
  time: placeholder.time,
  attributes: attributes(values),
  failed,
  events: failed ? [{ name: 'exception', time: placeholder.time, attributes: attributes(exception) }] : [],
})

const exception = {
  'exception.type': 'DomainError',
  'exception.message': 'the provider did not answer within 3 s',
  'exception.stacktrace': Array.from(
    { length: 12 },
    (_, line) => `    at handle (file:///srv/app/modules/contacts/service.ts:${100 + line}:17)`,
  ).join('\n'),
}

const server = (method: string, route: string, status: number, failed = false): SpanRecord =>
  span(`${method} ${route}`, {
    kind: 'server',
    failed,
    attributes: {
      'http.request.method': method,
      'url.scheme': 'http',
      'server.address': '127.0.0.1',
      'network.peer.address': '127.0.0.1',
      'network.peer.port': 53384,
      'network.protocol.version': '1.1',
      'user_agent.original': 'Mozilla/5.0 AppleWebKit/537.36 Chrome/140.0 Safari/537.36 (X11; Linux)',
      'url.path': route,
      'url.query': 'limit=[redacted]',
      'client.address': '127.0.0.1',
      'server.port': 3000,
      'user.id': 'd838adf8f2cbb921',
      'crm.workspace.id': '8c0fd29a-5501-4e95-bab5-a56869f8d8e8',
      'http.response.status_code': status,
      'http.route': route,
      ...(failed && { 'error.type': String(status) }),
    },
  })

const query = (parent: string, operation: string, table: string, text: string): SpanRecord =>
  span(`${operation} ${table}`, {
    kind: 'client',
    parent,
    attributes: {
      'db.system.name': 'postgresql',
      'db.namespace': 'crm',
      'server.address': '127.0.0.1',
      'server.port': 54329,
      'db.query.text': text,
      'db.operation.name': operation,
      'db.collection.name': table,
    },
  })

const sessionQuery =
  'select "users"."id", "users"."role", "sessions"."workspace_id" from "sessions" inner join "users" on "users"."id" = "sessions"."user_id" where "sessions"."token_hash" = $1 and "sessions"."expires_at" > $2'
const listQuery = 'select * from "contacts" where "workspace_id" = $1 order by "created_at" desc, "id" desc limit $2'
const writeQuery =
  'insert into "contacts" ("workspace_id", "name", "email", "phone", "company", "notes") values ($1, $2, $3, $4, $5, $6) returning *'

const messaging = (operation: 'send' | 'process') => ({
  'messaging.system': 'pg-boss',
  'messaging.destination.name': 'contact-enrichment',
  'messaging.operation.name': operation,
  'messaging.operation.type': operation,
  ...(operation === 'send'
    ? { 'crm.enqueues_job': true }
    : { 'messaging.message.id': 'ccd09039-e82f-4c43-a725-e813c273ad07' }),
})

/** What a request leaves behind: spans of the process that answers, spans of the worker, and its access line. */
export interface Told {
  readonly api: readonly SpanRecord[]
  readonly worker: readonly SpanRecord[]
  readonly line: LogRecord
}

const accessLine = (method: string, route: string, status: number, at: string): LogRecord => ({
  traceId: placeholder.traceId,
  spanId: at,
  time: placeholder.time,
  body: 'request answered',
  attributes: attributes({
    component: 'http',
    correlationId: '0089e379-2fd1-47d3-87cb-c23adc1b41c0',
    userId: '807c4f14-2acc-4ae2-a4ac-b4d9e4aebb33',
    workspaceId: '8c0fd29a-5501-4e95-bab5-a56869f8d8e8',
    'metadata.method': method,
    'metadata.path': route,
    'metadata.status': status,
    'metadata.durationMs': 3,
    'metadata.clientRegion': 'local',
  }),
})

/** The page of contacts: the session and the list are asked for. */
export const read = (): Told => {
  const root = server('GET', '/api/contacts', 200)
  return {
    api: [
      query(root.spanId, 'select', 'sessions', sessionQuery),
      query(root.spanId, 'select', 'contacts', listQuery),
      root,
    ],
    worker: [],
    line: accessLine('GET', '/api/contacts', 200, root.spanId),
  }
}

/** A contact is written and a job enqueued, which the worker takes up. */
export const write = (): Told => {
  const root = server('POST', '/api/contacts', 201)
  const step = span('database write', { kind: 'internal', parent: root.spanId })
  const sent = span('send contact-enrichment', { kind: 'producer', parent: step.spanId, attributes: messaging('send') })
  const job = span('process contact-enrichment', {
    kind: 'consumer',
    parent: sent.spanId,
    attributes: messaging('process'),
  })
  return {
    api: [
      query(root.spanId, 'select', 'sessions', sessionQuery),
      query(step.spanId, 'insert', 'contacts', writeQuery),
      sent,
      step,
      root,
    ],
    worker: [query(job.spanId, 'select', 'contacts', listQuery), job],
    line: accessLine('POST', '/api/contacts', 201, root.spanId),
  }
}

/** A request that fails, with its exception and the whole stack. */
export const failure = (): Told => {
  const root = server('GET', '/api/contacts/:id', 500, true)
  return {
    api: [query(root.spanId, 'select', 'sessions', sessionQuery), root],
    worker: [],
    line: accessLine('GET', '/api/contacts/:id', 500, root.spanId),
  }
}
