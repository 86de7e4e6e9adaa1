import { LRUCache } from 'lru-cache'
import type { Database } from '../db/database.ts'
import { databaseIsAway } from '../errors.ts'
import { reportTrouble } from '../telemetry/diagnostics.ts'
import { counter } from '../telemetry/instruments.ts'
import { outsideOfRequests } from '../telemetry/request-context.ts'
import { within } from '../time-limit.ts'
import { actionOf } from './action.ts'

/** What somebody did. */
export interface Activity {
  readonly workspaceId: string
  readonly userId: string
  readonly method: string
  /** The route's template. */
  readonly route: string
  /** Where the route does not say it. */
  readonly action?: string
}

interface Row {
  readonly workspace_id: string
  readonly user_id: string
  readonly action: string
  readonly method: string
  readonly route: string
  readonly created_at: Date
}

/** Milliseconds between two writes. */
const pauseMs = 1_000
/** Rows of one insert. */
const batchSize = 500
/** Rows that wait while the database is away: some minutes of a busy hour. The oldest are dropped first. */
const mostWaiting = 5_000
/** Pages look again and again; that somebody reads the same kind of thing is written once in this time, in milliseconds. */
const readAgainMs = 5 * 60_000
const mostReaders = 20_000
/** Milliseconds that the last write has. */
const lastWriteMs = 500

const counted = counter('user_activities_total')

/** Writes down what signed-in users do, in batches and beside their requests, which never wait for it. */
export class Activities {
  readonly #db: Database
  readonly #waiting: Row[] = []
  readonly #recentlyRead = new LRUCache<string, true>({ max: mostReaders, ttl: readAgainMs })
  #timer: NodeJS.Timeout | undefined
  #writing: Promise<void> | undefined
  #stopped = false

  constructor(db: Database) {
    this.#db = db
  }

  /** Counts it, and writes it soon. Never throws. */
  note({ workspaceId, userId, method, route, action: given }: Activity): void {
    const action = given ?? actionOf(method, route)
    counted.add(1, { action })
    if (this.#stopped) return
    if (method === 'GET' && given === undefined) {
      const key = `${userId} ${action}`
      if (this.#recentlyRead.has(key)) return
      this.#recentlyRead.set(key, true)
    }
    if (this.#waiting.length >= mostWaiting) {
      this.#waiting.shift()
      reportTrouble('activities of users wait for the database; the oldest are dropped')
    }
    this.#waiting.push({ workspace_id: workspaceId, user_id: userId, action, method, route, created_at: new Date() })
    this.#schedule()
  }

  /** Writes what waits, as far as the database lets it. */
  async flush(): Promise<void> {
    this.#writing ??= outsideOfRequests(() => this.#write()).finally(() => {
      this.#writing = undefined
    })
    await this.#writing
  }

  /** Notes nothing more, and writes what waits; a database that hangs does not hold up the end. */
  async stop(): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#timer)
    await within(lastWriteMs, this.flush()).catch(() => {})
  }

  #schedule(): void {
    if (this.#timer || this.#stopped) return
    this.#timer = outsideOfRequests(() =>
      setTimeout(() => {
        this.#timer = undefined
        void this.flush().finally(() => {
          if (this.#waiting.length > 0) this.#schedule()
        })
      }, pauseMs),
    )
    this.#timer.unref()
  }

  async #write(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, batchSize)
      try {
        await this.#db.insertInto('user_activities').values(batch).execute()
      } catch (error) {
        reportTrouble('cannot write activities of users', error)
        // What the database refuses now it would refuse again.
        if (databaseIsAway(error)) this.#waiting.unshift(...batch)
        return
      }
    }
  }
}
