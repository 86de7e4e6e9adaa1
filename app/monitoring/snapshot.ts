import type { QueueDepth } from '../jobs/depths.ts'
import type { Hub } from '../realtime/hub.ts'
import type { Activity } from './activity.ts'
import { type HostState, rounded } from './host.ts'
import { LastMinute } from './last-minute.ts'

/** How everything is, over the last minute. Times in milliseconds, shares in per cent, memory in bytes. */
export interface Snapshot {
  readonly timestamp: string
  readonly system: HostState
  readonly api: {
    readonly avgResponseTime: number
    readonly totalRequests: number
    /** Answers with a status of 400 or more. */
    readonly errorRate: number
    readonly requestsPerMinute: number
  }
  readonly database: { readonly avgQueryTime: number; readonly totalQueries: number; readonly slowQueries: number }
  readonly queues: readonly QueueState[]
  readonly socket: {
    readonly totalEvents: number
    readonly activeConnections: number
    readonly eventsPerMinute: number
  }
}

export interface QueueState {
  readonly queueName: string
  readonly waiting: number
  readonly active: number
  readonly completed: number
  readonly failed: number
  readonly delayed: number
}

export const queueState = ({ queue, waiting, active, completed, failed, delayed }: QueueDepth): QueueState => ({
  queueName: queue,
  waiting,
  active,
  completed,
  failed,
  delayed,
})

/** Events of the live connections, of which the hub knows the total only. */
export class SocketEvents {
  readonly #window = new LastMinute()
  readonly #hub: Pick<Hub, 'counts'>
  #total: number

  constructor(hub: Pick<Hub, 'counts'>) {
    this.#hub = hub
    this.#total = hub.counts().events
  }

  read(): Snapshot['socket'] {
    const { sse, websocket, events } = this.#hub.counts()
    // As one entry of the window, whose average is then that of its entries.
    this.#window.add(events - this.#total)
    this.#total = events
    const { count, average } = this.#window.read()
    return { totalEvents: events, activeConnections: sse + websocket, eventsPerMinute: Math.round(count * average) }
  }
}

export const snapshotOf = (
  system: HostState,
  activity: Pick<Activity, 'requests' | 'queries'>,
  queues: readonly QueueState[],
  socket: Snapshot['socket'],
): Snapshot => {
  const requests = activity.requests()
  const queries = activity.queries()
  return {
    timestamp: new Date().toISOString(),
    system,
    api: {
      avgResponseTime: rounded(requests.average),
      totalRequests: requests.count,
      errorRate: requests.count === 0 ? 0 : rounded((100 * requests.marked) / requests.count),
      requestsPerMinute: requests.count,
    },
    database: {
      avgQueryTime: rounded(queries.average),
      totalQueries: queries.count,
      slowQueries: queries.marked,
    },
    queues,
    socket,
  }
}
