import type { realtimeTypes } from '../../catalogue/metrics/values.ts'
import { DomainError } from '../errors.ts'
import type { SignedInUser } from '../http/env.ts'
import { counter, observe } from '../telemetry/instruments.ts'
import { logger } from '../telemetry/logger.ts'
import { outsideOfRequests } from '../telemetry/request-context.ts'
import type { RealtimeEvent } from './publish.ts'

export type RealtimeType = (typeof realtimeTypes)[number]

/** A live connection, whatever it is made of. None of these throws. */
export interface Line {
  readonly type: RealtimeType
  /** @returns false when the other side does not keep up with what it was sent */
  send(message: string): boolean
  /** Keeps proxies from closing a silent connection. @returns false when the other side is gone */
  keepAlive(): boolean
  /** Ends it; the other side comes back by itself. */
  close(): void
  /** Ends it at once, for who does not keep up. */
  drop(): void
}

export interface RealtimeLimits {
  /** Connections of this process: each costs some 20 kB. */
  readonly connections: number
  /** Of these, one user's: tabs, and a few that are not closed yet. */
  readonly perUser: number
  readonly keepAliveMs: number
  /** After this a connection ends and its browser comes back: whoever was signed out meanwhile stays out. */
  readonly longestMs: number
}

const defaults: RealtimeLimits = { connections: 1_000, perUser: 50, keepAliveMs: 20_000, longestMs: 15 * 60_000 }

/** Who is told something. */
export type Audience = 'everybody' | 'operators'

/** What was put into words once for all who hear it. */
export interface Told {
  readonly audience: Audience
  /** JSON of `{ type, data }`. */
  readonly message: string
}

interface Follower {
  readonly user: Pick<SignedInUser, 'id' | 'workspaceId' | 'role'>
  readonly line: Line
  readonly endsAt: number
}

const hears = ({ user }: Follower, audience: Audience): boolean => audience === 'everybody' || user.role === 'admin'

/** What a page does that may have missed something: it reads everything anew. */
const resync = { type: 'resync', data: {} } as const

const sent = counter('realtime_events_total')

/** Everybody who follows events live at this process, and what they are told. */
export class Hub {
  readonly #limits: RealtimeLimits
  readonly #followers = new Set<Follower>()
  readonly #log = logger('realtime')
  readonly #timer: NodeJS.Timeout
  readonly #stopObserving: () => void
  #greeting: () => readonly Told[] = () => []
  #events = 0
  #closed = false

  constructor(limits: Partial<RealtimeLimits> = {}) {
    this.#limits = { ...defaults, ...limits }
    this.#timer = outsideOfRequests(() => setInterval(() => this.#keepAlive(), this.#limits.keepAliveMs))
    this.#timer.unref()
    this.#stopObserving = observe('websocket_connections_active', () => {
      const { sse, websocket } = this.counts()
      return [
        { value: sse, labels: { type: 'sse' } },
        { value: websocket, labels: { type: 'websocket' } },
      ]
    })
  }

  /** Open connections, and the events that were sent to them since the process began. */
  counts(): { readonly sse: number; readonly websocket: number; readonly events: number } {
    const sse = [...this.#followers].filter(({ line }) => line.type === 'sse').length
    return { sse, websocket: this.#followers.size - sse, events: this.#events }
  }

  /** @throws DomainError dependency_unavailable or rate_limited when there is no room for another connection */
  admit(user: Pick<SignedInUser, 'id'>): void {
    const headers = { 'retry-after': '10' }
    if (this.#closed || this.#followers.size >= this.#limits.connections)
      throw new DomainError('dependency_unavailable', 'Too many people follow live. Please try again.', { headers })
    const own = [...this.#followers].filter((follower) => follower.user.id === user.id).length
    if (own >= this.#limits.perUser)
      throw new DomainError('rate_limited', 'You follow live in too many places. Close some of them.', { headers })
  }

  /**
   * Begins to tell `user` what happens in the workspace, and an admin also what operators are told.
   * @param options.missed the connection follows one that was lost: the page is told to read everything anew
   * @returns what to call when the connection has ended
   * @throws as `admit`
   */
  follow(user: Follower['user'], line: Line, { missed = false } = {}): () => void {
    this.admit(user)
    const follower: Follower = { user, line, endsAt: Date.now() + this.#limits.longestMs }
    this.#followers.add(follower)
    if (missed) this.#send(follower, JSON.stringify(resync))
    for (const { audience, message } of this.#greeting()) if (hears(follower, audience)) this.#send(follower, message)
    return () => {
      this.#followers.delete(follower)
    }
  }

  /** @param greeting what is told first to whoever begins to follow */
  greet(greeting: () => readonly Told[]): void {
    this.#greeting = greeting
  }

  /** Tells those who follow at this process something that every process finds out by itself. */
  tell({ audience, message }: Told): void {
    for (const follower of this.#followers) if (hears(follower, audience)) this.#send(follower, message)
  }

  /** Tells everybody whom the event concerns. */
  pass({ workspaceId, type, data }: RealtimeEvent): void {
    const message = JSON.stringify({ type, data })
    for (const follower of this.#followers) {
      const { user } = follower
      if (workspaceId === null ? user.role === 'admin' : user.workspaceId === workspaceId) this.#send(follower, message)
    }
  }

  /** Events may have been lost: everybody reads anew. */
  resync(): void {
    const message = JSON.stringify(resync)
    for (const follower of this.#followers) this.#send(follower, message)
  }

  /** Ends every connection, and lets nobody in any more. */
  close(): void {
    this.#closed = true
    clearInterval(this.#timer)
    this.#stopObserving()
    for (const { line } of this.#followers) line.close()
    this.#followers.clear()
  }

  #send(follower: Follower, message: string): void {
    const { line } = follower
    if (!line.send(message)) {
      this.#followers.delete(follower)
      line.drop()
      this.#log.info({ type: line.type }, 'a live connection that did not keep up was ended')
      return
    }
    this.#events += 1
    sent.add(1, { type: line.type })
  }

  #keepAlive(): void {
    const now = Date.now()
    for (const follower of this.#followers) {
      const { line, endsAt } = follower
      if (now < endsAt && line.keepAlive()) continue
      this.#followers.delete(follower)
      if (now < endsAt) line.drop()
      else line.close()
    }
  }
}
