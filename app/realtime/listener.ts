import pg from 'pg'
import { databaseLimits } from '../db/database.ts'
import { logger } from '../telemetry/logger.ts'
import { outsideOfRequests } from '../telemetry/request-context.ts'
import { type RealtimeEvent, realtimeChannel } from './publish.ts'

/** Milliseconds between attempts to connect: the first, and the most. */
const pauses = { first: 250, most: 10_000 } as const

/** How often the connection is tried: a server that is gone without a word sends no notifications either. */
const probeEveryMs = 10_000

export interface Listener {
  /** Whether events arrive at the moment. */
  isListening(): boolean
  stop(): void
}

/** Who hears the events. */
export interface Hears {
  pass(event: RealtimeEvent): void
  /** It listens again after a time in which events were lost. */
  resync(): void
}

/** Hears what `publish` tells, on a connection of its own that comes back by itself. A process needs one. */
export const listenToEvents = (url: string, applicationName: string, hears: Hears): Listener => {
  const log = logger('realtime')
  let client: pg.Client | undefined
  let timer: NodeJS.Timeout | undefined
  let pause: number = pauses.first
  let hasListened = false
  let listening = false
  let stopped = false

  /** This connection is of no use any more; the next one is tried after a pause. */
  const lose = (lost: pg.Client, error: unknown): void => {
    if (lost !== client || stopped) return
    client = undefined
    clearTimeout(timer)
    discard(lost)
    if (listening || pause === pauses.first) log.warn({ error }, 'live events do not arrive; connecting again')
    listening = false
    timer = setTimeout(connect, pause).unref()
    pause = Math.min(pause * 2, pauses.most)
  }

  const probe = (probed: pg.Client): void => {
    timer = setTimeout(() => {
      probed.query('select 1').then(
        () => probed === client && probe(probed),
        (error: unknown) => lose(probed, error),
      )
    }, probeEveryMs).unref()
  }

  const connect = (): void => {
    const next = new pg.Client({
      connectionString: url,
      application_name: `${applicationName}-realtime`,
      connectionTimeoutMillis: databaseLimits.connect,
      query_timeout: databaseLimits.answer,
      keepAlive: true,
    })
    client = next
    next.on('notification', ({ payload }) => hear(payload, hears))
    next.on('error', (error) => lose(next, error))
    next.on('end', () => lose(next, new Error('the database closed the connection')))
    next
      .connect()
      .then(() => next.query(`listen ${realtimeChannel}`))
      .then(
        () => {
          if (next !== client) return
          listening = true
          pause = pauses.first
          if (hasListened) {
            log.info('live events arrive again')
            hears.resync()
          }
          hasListened = true
          probe(next)
        },
        (error: unknown) => lose(next, error),
      )
  }

  outsideOfRequests(connect)
  return {
    isListening: () => listening,
    stop: () => {
      stopped = true
      listening = false
      clearTimeout(timer)
      if (client) discard(client)
    },
  }
}

/** Closes a connection without waiting for a server that may be gone. */
const discard = (client: pg.Client): void => {
  client.end().catch(() => {})
}

const hear = (payload: string | undefined, hears: Hears): void => {
  const event = eventOf(payload ?? '')
  if (event) hears.pass(event)
  else logger('realtime').warn('something that is no event arrived on the channel of live events')
}

/** What `publish` sent; undefined for whatever else somebody told the channel. */
const eventOf = (payload: string): RealtimeEvent | undefined => {
  try {
    const { workspaceId, type, data } = JSON.parse(payload) as Record<string, unknown>
    const isEvent =
      (workspaceId === null || typeof workspaceId === 'string') &&
      typeof type === 'string' &&
      typeof data === 'object' &&
      data !== null
    return isEvent ? { workspaceId, type, data: data as RealtimeEvent['data'] } : undefined
  } catch {
    return undefined
  }
}
