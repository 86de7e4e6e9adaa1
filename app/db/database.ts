import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { queryTelemetry, watchDatabase } from '../telemetry/database.ts'
import { logger } from '../telemetry/logger.ts'
import type { Schema } from './schema.ts'

export type Database = Kysely<Schema>

/**
 * How long a request may wait for the database, in milliseconds. Together they keep an answer, even a 503, well below the
 * 10 s after which clients give up.
 */
export const databaseLimits = {
  /** To get a connection: a new one, or one from a busy pool. */
  connect: 2_000,
  /** The server ends a statement by itself, and says so. */
  statement: 3_000,
  /** We stop waiting: the server is gone without a word (a frozen machine, a cut cable). */
  answer: 3_500,
  /** A transaction that somebody forgot must not hold its locks. */
  idleTransaction: 10_000,
} as const

/** Connections a process may hold; PostgreSQL allows 100 by default, and each busy one costs it a process. */
const poolSize = 10

export interface DatabaseHandle {
  readonly db: Database
  /** Waits for running queries, then closes every connection. */
  close(): Promise<void>
}

/** The name of the database in an address: `postgres://host/crm` → `crm`. */
const nameOf = (url: string): string => decodeURIComponent(new URL(url).pathname.slice(1)) || 'postgres'

/** A pool with time limits, measured and watched. It connects when first used, and again by itself after a failure. */
export const openDatabase = (url: string, applicationName: string): DatabaseHandle => {
  const log = logger('database')
  const pool = new pg.Pool({
    connectionString: url,
    application_name: applicationName,
    max: poolSize,
    connectionTimeoutMillis: databaseLimits.connect,
    statement_timeout: databaseLimits.statement,
    query_timeout: databaseLimits.answer,
    idle_in_transaction_session_timeout: databaseLimits.idleTransaction,
    keepAlive: true,
  })
  // An idle connection that breaks: the pool drops it. Without a listener the process would end.
  pool.on('error', (error) => log.warn({ error }, 'an idle database connection broke'))
  // One that breaks while a transaction holds it, between two statements: the next statement says so to whoever waits for it.
  pool.on('connect', (client) => {
    client.on('error', () => {})
  })
  const stopWatching = watchDatabase(pool, nameOf(url))
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }), log: queryTelemetry(pool) })
  return {
    db,
    close: async () => {
      stopWatching()
      await db.destroy()
    },
  }
}
