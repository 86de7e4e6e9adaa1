import { randomUUID } from 'node:crypto'
import type { Database } from '../db/database.ts'
import type { AuditOutcome } from '../db/schema-operations.ts'
import { reportTrouble } from '../telemetry/diagnostics.ts'
import { logger } from '../telemetry/logger.ts'
import { outsideOfRequests } from '../telemetry/request-context.ts'
import { within } from '../time-limit.ts'

/** What somebody did, or tried to. */
export interface AuditEntry {
  readonly action: string
  /** Undefined: whoever has the admin secret. */
  readonly userId: string | undefined
  readonly outcome: AuditOutcome
  readonly status: number
  readonly targetType: string | undefined
  readonly targetId: string | undefined
  /** As an operator typed it, without what is recognised as somebody's address, number or secret. */
  readonly reason: string | undefined
  /** Numbers, and words of ours. */
  readonly details: Readonly<Record<string, string | number | boolean>>
  readonly correlationId: string
  readonly traceId: string | undefined
}

/** Milliseconds that the answer to an action waits for its entry. */
const writeMs = 1_000
const retryMs = 5_000
/** Entries that wait while the database is away; nobody acts more often by hand. */
const mostWaiting = 1_000
/** Characters of what was typed. */
const longestReason = 500

const log = () => logger('audit')

/**
 * Keeps who did what. An entry that cannot be written (some actions need no database) waits in memory until it can; each is a
 * line of the log at once.
 */
export class AuditLog {
  readonly #db: Database
  readonly #waiting: ReturnType<typeof rowOf>[] = []
  #timer: NodeJS.Timeout | undefined
  #writing: Promise<void> | undefined
  #stopped = false

  constructor(db: Database) {
    this.#db = db
  }

  /** Writes it. Never throws. */
  async write(entry: AuditEntry): Promise<void> {
    log().info({ operation: `operator.${entry.action}`, outcome: entry.outcome }, 'operator action')
    if (this.#waiting.length >= mostWaiting) {
      this.#waiting.shift()
      reportTrouble('entries of the audit log wait for the database; the oldest are dropped')
    }
    this.#waiting.push(rowOf(entry))
    await within(writeMs, this.flush()).catch(() => {})
    this.#schedule()
  }

  /** Writes what waits, as far as the database lets it. */
  async flush(): Promise<void> {
    this.#writing ??= outsideOfRequests(() => this.#write()).finally(() => {
      this.#writing = undefined
    })
    await this.#writing
  }

  /** Writes what waits; a database that hangs does not hold up the end. */
  async stop(): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#timer)
    await within(writeMs / 2, this.flush()).catch(() => {})
  }

  #schedule(): void {
    if (this.#timer || this.#stopped || this.#waiting.length === 0) return
    this.#timer = outsideOfRequests(() =>
      setTimeout(() => {
        this.#timer = undefined
        void this.flush().finally(() => this.#schedule())
      }, retryMs),
    )
    this.#timer.unref()
  }

  async #write(): Promise<void> {
    for (let row = this.#waiting[0]; row !== undefined; row = this.#waiting[0]) {
      try {
        // Written before, where only the answer was lost.
        await this.#db
          .insertInto('audit_log')
          .values(row)
          .onConflict((same) => same.column('id').doNothing())
          .execute()
      } catch (error) {
        reportTrouble('cannot write the audit log', error)
        if (!isRefused(error)) return
      }
      this.#waiting.splice(this.#waiting.indexOf(row), 1)
    }
  }
}

/** SQLSTATE classes 22 and 23: what is wrong with the entry itself, the database would refuse again. */
const isRefused = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && /^2[23]...$/.test(String(error.code))

const rowOf = ({ userId, targetType, targetId, reason, correlationId, traceId, details, ...entry }: AuditEntry) => ({
  ...entry,
  id: randomUUID(),
  created_at: new Date(),
  user_id: userId ?? null,
  actor: userId === undefined ? ('admin_secret' as const) : ('user' as const),
  target_type: targetType ?? null,
  target_id: targetId?.slice(0, 200) ?? null,
  reason: reason?.slice(0, longestReason) ?? null,
  details: JSON.stringify(details),
  correlation_id: correlationId,
  trace_id: traceId ?? null,
})
