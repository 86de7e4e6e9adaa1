import { context } from '@opentelemetry/api'
import { suppressTracing } from '@opentelemetry/core'
import type { CompiledQuery, LogEvent } from 'kysely'
import pg from 'pg'
import { queryOperations } from '../../catalogue/metrics/values.ts'
import { reportTrouble } from './diagnostics.ts'
import { counter, gauge, histogram, observe } from './instruments.ts'
import { logger } from './logger.ts'
import { measuredQueries } from './measured.ts'
import { queryName } from './query-spans.ts'

type Operation = (typeof queryOperations)[number]

const durations = histogram('database_query_duration_seconds')
const connectionFailures = counter('database_connection_failures_total')
const up = gauge('postgres_up')

/** Statements slower than this are logged, as requirement E lists them. */
const slowMs = 100

/** Those slower than this are counted, as requirement D does. */
const tooSlowMs = 500
const tooSlow = counter('slow_queries_total')

/** Kysely's `log` option: `new Kysely({ dialect, log: queryTelemetry })`. Failed queries are measured like answered ones. */
export const queryTelemetry = (event: LogEvent): void => {
  try {
    const labels = labelsOf(event.query)
    durations.record(event.queryDurationMillis / 1_000, labels)
    measuredQueries.tell(event.queryDurationMillis)
    if (event.queryDurationMillis > tooSlowMs) tooSlow.add(1)
    if (event.level === 'query' && event.queryDurationMillis > slowMs)
      logger('database').warn({ ...labels, durationMs: Math.round(event.queryDurationMillis) }, 'slow query')
  } catch (error) {
    // What is thrown in here would fail the query.
    reportTrouble('cannot measure a query', error)
  }
}

/** By the tree of the query; raw SQL, which has none, and queries of foreign adapters by their text. */
const labelsOf = ({ query, sql }: CompiledQuery): { operation: Operation; table: string } => {
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
  const original = pool.connect
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
    pool.connect = original
  }
}
