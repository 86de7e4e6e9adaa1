import { type Attributes, type Span, SpanKind, SpanStatusCode } from '@opentelemetry/api'
import type { PgRequestHookInformation } from '@opentelemetry/instrumentation-pg'
import pg from 'pg'
import type { FinishedStep } from './finished-spans.ts'
import { shared } from './otlp-values.ts'
import { remembered } from './remembered.ts'
import { safeAttribute } from './safe-attributes.ts'

interface QueryName {
  readonly operation: string
  readonly table: string | undefined
}

/** Names by statement. Statements are parameterised, so there are few; the bound is for whoever writes values into them. */
const mostNames = 1_000

/** What a statement does, and its first table, by its text as PostgreSQL and Kysely write it. */
export const queryName = remembered(mostNames, (text): QueryName => {
  const first = /^\s*([a-z]+)/i.exec(text)?.[1]?.toLowerCase() ?? 'query'
  // A `with` that writes is about the write.
  const operation =
    first === 'with' ? (/\b(insert|update|delete)\s/i.exec(text)?.[1]?.toLowerCase() ?? 'select') : first
  const written = /\b(?:into|update)\s+(?:only\s+)?"?(?:\w+"?\."?)?(\w+)/i
  // `from now()` calls a function, which is no table.
  const read = /\b(?:from|join)\s+(?:only\s+)?"?(?:\w+"?\."?)?(\w+)\b(?!\s*\()/i
  const writes = operation === 'insert' || operation === 'update'
  const table = ((writes && written.exec(text)) || read.exec(text))?.[1]
  return { operation, table }
})

const spanName = ({ operation, table }: QueryName): string =>
  table === undefined ? operation : `${operation} ${table}`

/** Names a query's span `select contacts` in place of `pg.query:SELECT crm`, as the semantic conventions ask. */
export const nameQuerySpan = (span: Span, { query }: PgRequestHookInformation): void => {
  const name = queryName(query.text)
  span.updateName(spanName(name))
  span.setAttribute('db.operation.name', name.operation)
  if (name.table !== undefined) span.setAttribute('db.collection.name', name.table)
}

/** What all queries of a pool have in common. */
type Server = Readonly<Record<'db.system.name' | 'db.namespace' | 'server.address', string>> & { 'server.port': number }

/**
 * Takes a pool's clients out of `instrumentation-pg`'s hands, which go on serving all others: their spans are made where
 * Kysely knows how the query went. It must not have connected yet.
 * @returns what its queries have in common; undefined where nobody instruments pg, so that there are to be no spans
 */
export const ownSpans = (pool: pg.Pool): Server | undefined => {
  if (unpatched(pg.Client.prototype.query) === pg.Client.prototype.query) return undefined
  const { database = '', host, port } = new pg.Client(pool.options)
  const holder = pool as unknown as { Client: typeof pg.Client }
  class PlainClient extends holder.Client {}
  PlainClient.prototype.query = unpatched(holder.Client.prototype.query)
  PlainClient.prototype.connect = unpatched(holder.Client.prototype.connect)
  holder.Client = PlainClient
  return { 'db.system.name': 'postgresql', 'db.namespace': database, 'server.address': host, 'server.port': port }
}

/** A method as it was before an instrumentation wrapped it. */
export const unpatched = <Method extends object>(method: Method): Method =>
  '__original' in method ? (method.__original as Method) : method

/** What never changes of a statement's spans. The text is parameterised; what is written into it is scrubbed. */
export const statementSpan = (text: string, server: Server): Pick<FinishedStep, 'name' | 'kind' | 'attributes'> => {
  const name = queryName(text)
  const attributes: Attributes = {
    ...server,
    'db.operation.name': name.operation,
    ...(name.table !== undefined && { 'db.collection.name': name.table }),
    'db.query.text': safeAttribute('db.query.text', text),
  }
  return { name: spanName(name), kind: SpanKind.CLIENT, attributes: shared(attributes) }
}

/** SQLSTATE: five digits and capitals, of which PostgreSQL defines some 270. */
const sqlState = /^[0-9A-Z]{5}$/

/**
 * What is said of a query that failed: its code and, where a constraint was broken, which. PostgreSQL's own message may quote
 * the value that it did not like.
 */
export const queryFailure = (thrown: unknown): Pick<FinishedStep, 'failure'> & { readonly attributes: Attributes } => {
  const { code, constraint, name } = (thrown ?? {}) as Partial<Record<'code' | 'constraint' | 'name', unknown>>
  const isState = typeof code === 'string' && sqlState.test(code)
  const type = typeof code === 'string' ? code : typeof name === 'string' ? name : 'Error'
  const message = `PostgreSQL error ${type}${typeof constraint === 'string' ? ` (constraint ${constraint})` : ''}`
  return {
    attributes: { 'error.type': type, ...(isState && { 'db.response.status_code': code }) },
    failure: {
      status: { code: SpanStatusCode.ERROR, message },
      event: { name: 'exception', attributes: { 'exception.type': type, 'exception.message': message } },
    },
  }
}
