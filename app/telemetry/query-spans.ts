import type { Span } from '@opentelemetry/api'
import type { PgRequestHookInformation } from '@opentelemetry/instrumentation-pg'

interface QueryName {
  readonly operation: string
  readonly table: string | undefined
}

/** Names by statement. Statements are parameterised, so there are few; the bound is for whoever writes values into them. */
const names = new Map<string, QueryName>()
const mostNames = 1_000

/** What a statement does, and its first table, by its text as PostgreSQL and Kysely write it. */
export const queryName = (text: string): QueryName => {
  const known = names.get(text)
  if (known) return known
  const first = /^\s*([a-z]+)/i.exec(text)?.[1]?.toLowerCase() ?? 'query'
  // A `with` that writes is about the write.
  const operation =
    first === 'with' ? (/\b(insert|update|delete)\s/i.exec(text)?.[1]?.toLowerCase() ?? 'select') : first
  const written = /\b(?:into|update)\s+(?:only\s+)?"?(?:\w+"?\."?)?(\w+)/i
  // `from now()` calls a function, which is no table.
  const read = /\b(?:from|join)\s+(?:only\s+)?"?(?:\w+"?\."?)?(\w+)\b(?!\s*\()/i
  const writes = operation === 'insert' || operation === 'update'
  const table = ((writes && written.exec(text)) || read.exec(text))?.[1]
  const name = { operation, table }
  if (names.size < mostNames) names.set(text, name)
  return name
}

/** Names a query's span `select contacts` in place of `pg.query:SELECT crm`, as the semantic conventions ask. */
export const nameQuerySpan = (span: Span, { query }: PgRequestHookInformation): void => {
  const { operation, table } = queryName(query.text)
  span.updateName(table === undefined ? operation : `${operation} ${table}`)
  span.setAttribute('db.operation.name', operation)
  if (table !== undefined) span.setAttribute('db.collection.name', table)
}
