import { context } from '@opentelemetry/api'
import { suppressTracing } from '@opentelemetry/core'
import type { CompiledQuery, LogEvent } from 'kysely'
import pg from 'pg'
import { queryOperations } from '../../catalogue/metrics/values.ts'
import { reportTrouble } from './diagnostics.ts'
import { type FinishedStep, recordFinished } from './finished-spans.ts'
import { counter, gauge, histogram, observe } from './instruments.ts'
import { logger } from './logger.ts'
import { measuredQueries } from './measured.ts'
import { ownSpans, queryFailure, queryName, statementSpan, unpatched } from './query-spans.ts'

type Operation = (typeof queryOperations)[number]

const durations = histogram('database_query_duration_seconds')
const connectionFailures = counter('database_connection_failures_total')
const up = gauge('postgres_up')

/** Statements slower than this are logged, as requirement E lists them. */
const slowMs = 100

/** Those slower than this are counted, as requirement D does. */
const tooSlowMs = 500
const tooSlow = counter('slow_queries_total')

/** What is always the same of a statement. */
interface Statement {
  readonly labels: { readonly operation: Operation; readonly table: string }
  readonly span: ReturnType<typeof statementSpan> | undefined
}

/** Statements of one database that are remembered; lists of values (`in ($1, $2)`) make many of one. */
const mostStatements = 1_000

/**
 * Kysely's `log` option: `new Kysely({ dialect: new PostgresDialect({ pool }), log: queryTelemetry(pool) })`, before the pool
 * is used. Failed queries are measured like answered ones. With a pool it also makes the spans of its queries, in place of
 * `instrumentation-pg`; other dialects have metrics only.
 */
export const queryTelemetry = (pool?: pg.Pool): ((event: LogEvent) => void) => {
  const server = pool && ownSpans(pool)
  const statements = new Map<string, Statement>()
  const statementOf = (query: CompiledQuery): Statement => {
    const known = statements.get(query.sql)
    if (known) return known
    const made = { labels: labelsOf(query), span: server && statementSpan(query.sql, server) }
    if (statements.size >= mostStatements) statements.clear()
    statements.set(query.sql, made)
    return made
  }
  return (event) => {
    try {
      const { labels, span } = statementOf(event.query)
      const durationMs = event.queryDurationMillis
      durations.record(durationMs / 1_000, labels)
      if (span) recordFinished(() => stepOf(span, event))
      measuredQueries.tell(durationMs)
      if (durationMs > tooSlowMs) tooSlow.add(1)
      if (event.level === 'query' && durationMs > slowMs)
        logger('database').warn({ ...labels, durationMs: Math.round(durationMs) }, 'slow query')
    } catch (error) {
      // What is thrown in here would fail the query.
      reportTrouble('cannot measure a query', error)
    }
  }
}

const stepOf = (span: ReturnType<typeof statementSpan>, event: LogEvent): FinishedStep => {
  const durationMs = event.queryDurationMillis
  if (event.level === 'query') return { ...span, durationMs }
  const { attributes, failure } = queryFailure(event.error)
  return { ...span, durationMs, attributes: { ...span.attributes, ...attributes }, ...(failure && { failure }) }
}

/** By the tree of the query; raw SQL, which has none, and queries of foreign adapters by their text. */
const labelsOf = ({ query, sql }: CompiledQuery): Statement['labels'] => {
  const operation = operations[query?.kind]
  if (operation !== undefined) return { operation, table: tableOf(query) ?? 'none' }
  const named = queryName(sql ?? '')
  return { operation: operationOf(named.operation), table: named.table ?? 'none' }
}

const operations: Readonly<Record<string, Operation>> = {
  SelectQueryNode: 'select',
  SetOperationNode: 'select',
  InsertQueryNode: 'insert',
  UpdateQueryNode: 'update',
  MergeQueryNode: 'update',
  DeleteQueryNode: 'delete',
}
const transactionWords = new Set(['begin', 'start', 'commit', 'rollback', 'savepoint', 'release'])

const operationOf = (word: string): Operation =>
  transactionWords.has(word) ? 'transaction' : (queryOperations.find((operation) => operation === word) ?? 'other')

/** The table a statement is about: the target of a write, the first of a `from`, through aliases and references. */
const tableOf = (node: unknown): string | undefined => {
  if (typeof node !== 'object' || node === null || !('kind' in node)) return undefined
  const fields = node as Readonly<Record<string, unknown>>
  switch (node.kind) {
    case 'InsertQueryNode':
    case 'MergeQueryNode':
      return tableOf(fields.into)
    case 'UpdateQueryNode':
    case 'ReferenceNode':
      return tableOf(fields.table)
    case 'SelectQueryNode':
    case 'DeleteQueryNode':
      return tableOf(fields.from)
    case 'FromNode':
      return tableOf((fields.froms as unknown[])[0])
    case 'AliasNode':
      return tableOf(fields.node)
    case 'TableNode':
      return identifierOf(fields.table)
    default:
      return undefined
  }
}

const identifierOf = (node: unknown): string | undefined =>
  (node as { identifier?: { name?: string } } | undefined)?.identifier?.name

const probeEveryMs = 5_000
const probeLimitMs = 2_000

/**
 * Watches the database until the returned function is called:
 * `postgres_up{database}` by `select 1` every 5 s, with 2 s to answer, on a connection of its own, so that an exhausted pool
 * is not taken for a database that is down; `database_connections_active{database}` at each scrape;
 * `database_connection_failures_total` for every attempt to connect, or to get a connection from the pool, that failed.
 */
export const watchDatabase = (pool: pg.Pool, database: string): (() => void) => {
  const restorePool = countPoolFailures(pool)
  const stopObserving = observe('database_connections_active', () => [
    { value: pool.totalCount - pool.idleCount, labels: { database } },
  ])
  let client: pg.Client | undefined
  let timer: NodeJS.Timeout | undefined
  let stopped = false

  const probe = async (): Promise<void> => {
    try {
      client ??= await connectProbe(pool)
      await client.query('select 1')
      if (!stopped) up.set(1, { database })
    } catch {
      if (!stopped) up.set(0, { database })
      discard(client)
      client = undefined
    }
    if (stopped) return discard(client)
    timer = setTimeout(run, probeEveryMs)
    timer.unref()
  }
  // The probe is nobody's request: no spans.
  const run = (): void => void context.with(suppressTracing(context.active()), probe)
  run()

  return () => {
    stopped = true
    clearTimeout(timer)
    stopObserving()
    restorePool()
    discard(client)
  }
}

/** A connection like the pool's, with short limits. @throws when it cannot be made in time; counted as a failure */
const connectProbe = async (pool: pg.Pool): Promise<pg.Client> => {
  const client = new pg.Client({
    ...pool.options,
    application_name: 'telemetry',
    connectionTimeoutMillis: probeLimitMs,
    query_timeout: probeLimitMs,
  })
  // Without a listener an idle connection that breaks would end the process; the next probe finds out.
  client.on('error', () => {})
  try {
    await client.connect()
  } catch (error) {
    connectionFailures.add(1)
    discard(client)
    throw error
  }
  return client
}

/** Closes a connection without waiting for a server that may be gone. */
const discard = (client: pg.Client | undefined): void => {
  client?.end().catch(() => {})
}

type ConnectCallback = (error: Error | undefined, client: pg.PoolClient | undefined, done: () => void) => void

/** Counts what `pool.connect()` could not give, in both its forms. @returns a function that takes the counting out again */
const countPoolFailures = (pool: pg.Pool): (() => void) => {
  const patched = pool.connect
  // Around `instrumentation-pg`, which only counts connections there, in metrics that nobody looks at.
  const original = unpatched(patched)
  const connect = (callback?: ConnectCallback): Promise<pg.PoolClient> | undefined => {
    if (callback) {
      original.call(pool, (error, client, done) => {
        if (error) connectionFailures.add(1)
        callback(error, client, done)
      })
      return undefined
    }
    return (original as (this: pg.Pool) => Promise<pg.PoolClient>).call(pool).catch((error: unknown) => {
      connectionFailures.add(1)
      throw error
    })
  }
  pool.connect = connect as typeof pool.connect
  return () => {
    pool.connect = patched
  }
}
