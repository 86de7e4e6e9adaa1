import { context } from '@opentelemetry/api'
import { suppressTracing } from '@opentelemetry/core'
import { liveAlertTypes } from '../../catalogue/metrics/values.ts'
import type { Database } from '../db/database.ts'
import type { QueueDepth } from '../jobs/depths.ts'
import type { Hub } from '../realtime/hub.ts'
import { reportTrouble } from '../telemetry/diagnostics.ts'
import { observe } from '../telemetry/instruments.ts'
import type { MeasuredRequest } from '../telemetry/measured.ts'
import { outsideOfRequests } from '../telemetry/request-context.ts'
import { within } from '../time-limit.ts'
import { Activity } from './activity.ts'
import { hostReader } from './host.ts'
import { type LiveAlert, LiveAlerts } from './live-alerts.ts'
import { type QueueState, queueState, type Snapshot, SocketEvents, snapshotOf } from './snapshot.ts'
import { keepSnapshot } from './store.ts'

export const snapshotEveryMs = 2_000

/** Milliseconds that a snapshot waits for the queues; then it shows what stood there last. */
const queuesLimitMs = 1_000

/** What this process knows of itself and the machine. */
export interface Monitor {
  /** The last snapshot, or a new one where none was taken lately. */
  snapshot(): Promise<Snapshot>
  /** What the last snapshots warn of. */
  activeAlerts(): readonly LiveAlert[]
  /** Newest first. */
  recentRequests(limit: number): readonly MeasuredRequest[]
  /** Takes a snapshot, updates the alerts, and keeps both in the database. @returns whether this process kept it */
  sample(): Promise<boolean>
  /** Begins to take one every two seconds, and reports `live_alerts_active`. */
  start(): void
  /** Ends that, and the listening. */
  stop(): void
}

interface Monitored {
  readonly db: Database
  readonly realtime: Pick<Hub, 'counts'>
  readonly readQueues: () => Promise<readonly QueueDepth[]>
}

export const createMonitor = ({ db, realtime, readQueues }: Monitored): Monitor => {
  const activity = new Activity()
  const readHost = hostReader()
  const socket = new SocketEvents(realtime)
  const alerts = new LiveAlerts()
  let queues: readonly QueueState[] = []
  let last: Snapshot | undefined
  let keeping = false
  let timer: NodeJS.Timeout | undefined
  let stopObserving = (): void => {}

  const take = async (): Promise<Snapshot> => {
    // While the database is away, what stood there last.
    const depths = await within(queuesLimitMs, readQueues()).catch(() => undefined)
    if (depths) queues = depths.map(queueState)
    last = snapshotOf(readHost(), activity, queues, socket.read())
    return last
  }

  const sample = async (): Promise<boolean> => {
    const snapshot = await take()
    alerts.update(snapshot)
    // A database that hangs must not pile up what waits for it.
    if (keeping) return false
    keeping = true
    try {
      return await keepSnapshot(db, snapshot, alerts.active())
    } finally {
      keeping = false
    }
  }
  const tick = (): void =>
    // Nobody's request: no spans.
    context.with(suppressTracing(context.active()), () => {
      sample().catch((error: unknown) => reportTrouble('a snapshot of the monitoring is not kept', error))
    })

  return {
    snapshot: async () => {
      const isFresh = last && Date.now() - Date.parse(last.timestamp) < 2 * snapshotEveryMs
      return isFresh && last ? last : await take()
    },
    activeAlerts: () => alerts.active(),
    recentRequests: (limit) => activity.recentRequests(limit),
    sample,
    start: () => {
      timer = outsideOfRequests(() => setInterval(tick, snapshotEveryMs))
      timer.unref()
      stopObserving = observe('live_alerts_active', () =>
        liveAlertTypes.map((type) => ({
          value: alerts.active().filter((alert) => alert.type === type).length,
          labels: { type },
        })),
      )
    },
    stop: () => {
      clearInterval(timer)
      stopObserving()
      activity.stop()
    },
  }
}
