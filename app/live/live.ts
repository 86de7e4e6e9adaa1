import { context } from '@opentelemetry/api'
import { suppressTracing } from '@opentelemetry/core'
import type { Deps } from '../deps.ts'
import type { Told } from '../realtime/hub.ts'
import { reportTrouble } from '../telemetry/diagnostics.ts'
import { outsideOfRequests } from '../telemetry/request-context.ts'
import { type BadgeName, type BadgeState, type LiveMessage, liveEveryMs } from './messages.ts'
import { createOperationsReader } from './operations.ts'
import { createStatusWatch, type StatusServices } from './status.ts'

/** Milliseconds for which somebody who asks instead of listening counts as listening. */
const pollerMs = 10_000

/** What pages that are kept open are told: found out once and put into words once, however many there are. */
export interface Live {
  /** What the stream tells, for who asks instead; at most four seconds old. */
  messages(isOperator: boolean): Promise<readonly LiveMessage[]>
  /** Asks one dependency now. */
  check(name: BadgeName): Promise<BadgeState>
  stop(): void
}

interface Composed {
  readonly at: number
  readonly messages: readonly LiveMessage[]
  readonly told: readonly Told[]
}

type Services = StatusServices & Pick<Deps, 'realtime' | 'monitor' | 'activeUsers'>

/** It works only while somebody follows `realtime`, or has asked lately; it goes on while the database is away. */
export const createLive = (services: Services): Live => {
  const { realtime } = services
  const status = createStatusWatch(services, () => tick())
  const operations = createOperationsReader(services)
  let last: Composed | undefined
  let composing: Promise<Composed> | undefined
  let polledAt = Number.NEGATIVE_INFINITY
  let timer: NodeJS.Timeout | undefined
  let stopped = false

  const isFresh = (composed: Composed): boolean => performance.now() - composed.at < 2 * liveEveryMs
  const isWanted = (): boolean => {
    const { sse, websocket } = realtime.counts()
    return sse + websocket > 0 || performance.now() - polledAt < pollerMs
  }

  const compose = (): Promise<Composed> => {
    composing ??= outsideOfRequests(() =>
      // Nobody's request: no spans.
      context.with(suppressTracing(context.active()), async () => {
        try {
          const [badges, figures] = await Promise.all([status.read(), operations.read()])
          const ofAll: LiveMessage = { type: 'status', data: badges }
          const ofOperators: LiveMessage = { type: 'operations', data: figures }
          last = {
            at: performance.now(),
            messages: [ofAll, ofOperators],
            told: [
              { audience: 'everybody', message: JSON.stringify(ofAll) },
              { audience: 'operators', message: JSON.stringify(ofOperators) },
            ],
          }
          return last
        } finally {
          composing = undefined
        }
      }),
    )
    return composing
  }
  const tick = (): void => {
    if (!isWanted()) {
      sleep()
      return
    }
    // One that takes longer than the pause is told once.
    if (composing) return
    compose().then(
      ({ told }) => {
        for (const one of told) realtime.tell(one)
      },
      (error: unknown) => reportTrouble('what open pages are told cannot be found out', error),
    )
  }
  const sleep = (): void => {
    clearInterval(timer)
    timer = undefined
    operations.watch(false)
  }
  const wake = (): void => {
    if (timer || stopped) return
    operations.watch(true)
    timer = outsideOfRequests(() => setInterval(tick, liveEveryMs))
    timer.unref()
    tick()
  }

  realtime.greet(() => {
    wake()
    return last && isFresh(last) ? last.told : []
  })
  return {
    messages: async (isOperator) => {
      polledAt = performance.now()
      wake()
      const { messages } = last && isFresh(last) ? last : await compose()
      return isOperator ? messages : messages.filter(({ type }) => type !== 'operations')
    },
    check: status.check,
    stop: () => {
      stopped = true
      sleep()
    },
  }
}
