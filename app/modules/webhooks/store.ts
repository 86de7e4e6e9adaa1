import type { EventSource } from '../../db/schema-webhooks.ts'
import type { Deps } from '../../deps.ts'
import { sendJob, type TraceContext } from '../../telemetry/jobs.ts'
import { contactJobKey } from './process.ts'
import type { ArrivedEvent, EventTable } from './sources.ts'
import { tableOf } from './sources.ts'
import { insertEvents } from './table.ts'

/** Stores events and enqueues their jobs. @returns how many of them were new */
export type StoreEvents = (source: EventSource, events: readonly ArrivedEvent[]) => Promise<number>

/** The events of one request, waiting for their transaction. */
interface Delivery {
  readonly source: EventSource
  readonly events: readonly ArrivedEvent[]
  readonly trace: TraceContext
  readonly resolve: (accepted: number) => void
  readonly reject: (error: unknown) => void
}

/** Requests whose events go into one transaction. */
const mostAtOnce = 100

/**
 * Stores what arrives, each event with its job or not at all. What arrives while a transaction is under way shares the next
 * one, so that a burst costs few; a webhook that comes alone waits for nobody. When a shared transaction fails, each request
 * has one of its own: what is wrong with one of them is not the others' doing.
 */
export const eventStore = (deps: Pick<Deps, 'db' | 'jobs'>): StoreEvents => {
  const waiting: Delivery[] = []
  let isStoring = false

  const storeWaiting = async (): Promise<void> => {
    isStoring = true
    while (waiting.length > 0) {
      const deliveries = waiting.splice(0, mostAtOnce)
      try {
        const accepted = await storeTogether(deps, deliveries)
        for (const delivery of deliveries) delivery.resolve(accepted.get(delivery) ?? 0)
      } catch (error) {
        if (deliveries.length === 1) deliveries[0]?.reject(error)
        else await storeSingly(deps, deliveries)
      }
    }
    isStoring = false
  }

  return (source, events) =>
    sendJob(
      'webhook-processing',
      (trace) =>
        new Promise<number>((resolve, reject) => {
          waiting.push({ source, events, trace, resolve, reject })
          if (!isStoring) void storeWaiting()
        }),
    )
}

const storeSingly = async (deps: Pick<Deps, 'db' | 'jobs'>, deliveries: readonly Delivery[]): Promise<void> => {
  for (const delivery of deliveries)
    try {
      delivery.resolve((await storeTogether(deps, [delivery])).get(delivery) ?? 0)
    } catch (error) {
      delivery.reject(error)
    }
}

/** @returns how many events of each delivery were new */
const storeTogether = async (
  { db, jobs }: Pick<Deps, 'db' | 'jobs'>,
  deliveries: readonly Delivery[],
): Promise<Map<Delivery, number>> =>
  await db.transaction().execute(async (trx) => {
    const accepted = new Map<Delivery, number>()
    const found: {
      data: { source: EventSource; contactKey: string; eventId: string; trace: TraceContext }
      key: string
    }[] = []
    for (const [table, group] of byTable(deliveries)) {
      const stored = await insertEvents(
        trx,
        table,
        group.flatMap(({ source, events, trace }) => {
          const traceId = trace.traceparent?.split('-')[1]
          return events.map((event) => ({ source, traceId, ...event }))
        }),
      )
      const idOf = new Map(stored.map(({ source, eventId, id }) => [`${source} ${eventId}`, id]))
      for (const delivery of group)
        for (const { eventId, contactKey } of delivery.events) {
          const { source, trace } = delivery
          const name = `${source} ${eventId}`
          const id = idOf.get(name)
          if (id === undefined) continue
          // The first to bring it has it; the next one in the same transaction is a duplicate.
          idOf.delete(name)
          accepted.set(delivery, (accepted.get(delivery) ?? 0) + 1)
          found.push({ data: { source, contactKey, eventId: id, trace }, key: contactJobKey(source, contactKey) })
        }
    }
    if (found.length > 0) await jobs.enqueueAll(trx, 'webhook-processing', found)
    return accepted
  })

const byTable = (deliveries: readonly Delivery[]): Map<EventTable, Delivery[]> =>
  Map.groupBy(deliveries, ({ source }) => tableOf[source])
