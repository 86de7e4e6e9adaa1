import type { Transaction } from 'kysely'
import { accountWorkspace } from '../../db/account-workspace.ts'
import type { Schema } from '../../db/schema.ts'
import type { EventSource, WebhookEvent } from '../../db/schema-webhooks.ts'
import type { Deps } from '../../deps.ts'
import type { JobData } from '../../jobs/queues.ts'
import type { Attempt } from '../../jobs/worker.ts'
import { counter, histogram } from '../../telemetry/instruments.ts'
import { jobErrorReason } from '../../telemetry/jobs.ts'
import { logger } from '../../telemetry/logger.ts'
import { span } from '../../telemetry/spans.ts'
import { tableOf } from './sources.ts'
import { countAttempt, lockPending, markFailed, markProcessed } from './table.ts'

/** What a source's events do. It runs in the transaction that marks the event as processed: both happen, or neither. */
export interface WebhookHandler {
  /**
   * @returns what is to be done once the transaction is committed: counting
   * @throws what makes the event be tried again
   */
  apply(trx: Transaction<Schema>, event: WebhookEvent, workspaceId: string): Promise<(() => void) | undefined>
  /** The event is given up after its last attempt; `reason` is the kind of error. */
  gaveUp?(trx: Transaction<Schema>, event: WebhookEvent, workspaceId: string, reason: string): Promise<() => void>
}

/** Who works off the events of each source. */
export type WebhookHandlers = Readonly<Record<EventSource, WebhookHandler>>

/** The key within which jobs run in order. */
export const contactJobKey = (source: EventSource, contactKey: string): string => `${source}:${contactKey}`

/** Attempts at an event; then it is given up, and its successors go on. */
const mostAttempts = 5

/** Events that are worked off in one transaction: one contact's burst, and still short. */
const mostAtOnce = 50

const ended = counter('webhook_events_processed_total')
const durations = histogram('webhook_processing_duration_seconds')

type Services = Pick<Deps, 'db' | 'jobs' | 'config'>
type Job = JobData['webhook-processing']

/**
 * Works off everything that waits for the job's contact, in order. The queue runs one job a key at a time; each event has a
 * job, and the first takes what has come meanwhile along, so that a burst costs few transactions. Idempotent: an event's
 * effect and its end are one transaction, under a lock.
 *
 * An event that fails is tried again, and its successors wait; after its fifth attempt it has the status `error` and they go
 * on. The attempts are counted with the event, before they are made: an event that ends the process is given up as well.
 * @throws what the handler threw, so that the queue tries again
 */
export const processWebhooks = async (
  deps: Services,
  handlers: WebhookHandlers,
  job: Job,
  attempt: Attempt,
): Promise<void> => {
  const workspaceId = await workspaceToServe(deps, job)
  if (workspaceId === undefined) return
  const handler = handlers[job.source]
  await span('webhook processing', { 'crm.webhook.source': job.source }, async () => {
    if (attempt.number === 1 && (await allAtOnce(deps, handler, job, workspaceId))) return
    await oneByOne(deps, handler, job, workspaceId, attempt)
  })
}

/**
 * Whose the events are, when there are any: in a burst most jobs find that another has taken theirs along, and should cost no
 * more than one query. Undefined as well while nobody has signed in: then they stay pending.
 */
const workspaceToServe = async (services: Services, { source, contactKey }: Job): Promise<string | undefined> => {
  const row = await accountWorkspace(services)
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom(tableOf[source])
          .select('id')
          .where('source', '=', source)
          .where('contact_key', '=', contactKey)
          .where('status', '=', 'pending'),
      ),
    )
    .executeTakeFirst()
  return row?.id
}

/** The usual way. @returns false when an event failed: then nothing has happened */
const allAtOnce = async (
  { db }: Services,
  handler: WebhookHandler,
  job: Job,
  workspaceId: string,
): Promise<boolean> => {
  for (;;) {
    try {
      const { events, afterwards } = await db.transaction().execute(async (trx) => {
        const events = await lockPending(trx, job.source, job.contactKey, mostAtOnce)
        const afterwards = []
        for (const event of events) afterwards.push(await handler.apply(trx, event, workspaceId))
        const ids = events.map(({ id }) => id)
        if (ids.length > 0) await markProcessed(trx, job.source, ids)
        return { events, afterwards }
      })
      for (const act of afterwards) act?.()
      for (const event of events) measure(event, 'processed')
      if (events.length < mostAtOnce) return true
    } catch {
      // Which of them it was, and why, is seen when each is tried by itself.
      return false
    }
  }
}

/** After a failure: each event by itself, with its attempts counted. */
const oneByOne = async (
  deps: Services,
  handler: WebhookHandler,
  job: Job,
  workspaceId: string,
  attempt: Attempt,
): Promise<void> => {
  for (;;) {
    const [event] = await deps.db.transaction().execute((trx) => lockPending(trx, job.source, job.contactKey, 1))
    if (!event) return
    if (event.attempts >= mostAttempts) {
      await giveUp(deps, handler, event, workspaceId, 'worker_ended')
      continue
    }
    try {
      await tryOne(deps, handler, event, workspaceId)
    } catch (error) {
      const reason = jobErrorReason(error)
      logger('webhooks').warn(
        { error, metadata: { source: event.source, eventId: event.id, attempt: event.attempts + 1 } },
        'a webhook event failed',
      )
      if (event.attempts + 1 >= mostAttempts) await giveUp(deps, handler, event, workspaceId, reason)
      else if (attempt.isLast) return await startAnew(deps, job)
      else throw error
    }
  }
}

const tryOne = async (
  { db }: Services,
  handler: WebhookHandler,
  { id, source, contact_key }: WebhookEvent,
  workspaceId: string,
): Promise<void> => {
  await countAttempt(db, source, id)
  const done = await db.transaction().execute(async (trx) => {
    const [event] = await lockPending(trx, source, contact_key, 1)
    // Somebody else had it meanwhile, or an operator has put it aside.
    if (event?.id !== id) return undefined
    const act = await handler.apply(trx, event, workspaceId)
    await markProcessed(trx, source, [id], 'counted')
    return { event, act }
  })
  if (!done) return
  done.act?.()
  measure(done.event, 'processed')
}

const giveUp = async (
  { db }: Services,
  handler: WebhookHandler,
  event: WebhookEvent,
  workspaceId: string,
  reason: string,
): Promise<void> => {
  const given = await db.transaction().execute(async (trx) => {
    if (!(await markFailed(trx, event.source, event.id, reason))) return undefined
    return { act: await handler.gaveUp?.(trx, event, workspaceId, reason) }
  })
  if (!given) return
  given.act?.()
  measure(event, 'error')
  logger('webhooks').error(
    { metadata: { source: event.source, eventId: event.id, reason } },
    'a webhook event was given up; replay it when its cause is gone',
  )
}

/** The queue's own attempts at this job are used up, the event's are not: a failed job would block its key for good. */
const startAnew = async ({ db, jobs }: Services, job: Job): Promise<void> => {
  const key = contactJobKey(job.source, job.contactKey)
  await db
    .transaction()
    .execute((trx) => jobs.enqueue(trx, 'webhook-processing', job, { key, startAfter: new Date(Date.now() + restMs) }))
}

const restMs = 30_000

const measure = ({ source, received_at }: WebhookEvent, status: 'processed' | 'error'): void => {
  ended.add(1, { source, status })
  durations.record((Date.now() - received_at.getTime()) / 1_000, { source, status })
}
