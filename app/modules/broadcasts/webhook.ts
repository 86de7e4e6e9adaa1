import { sql, type Transaction } from 'kysely'
import { z } from 'zod'
import type { Schema } from '../../db/schema.ts'
import type { RecipientStatus, WebhookEvent } from '../../db/schema-webhooks.ts'
import { counter } from '../../telemetry/instruments.ts'

const messages = counter('broadcast_messages_total')

const bodySchema = z.object({
  type: z.string(),
  broadcastId: z.coerce.string(),
  recipientId: z.coerce.string(),
})

/** What Verity says of one message, and from which states that leads on: an outcome is final. */
const steps = {
  'broadcast.sent': { status: 'sent', from: ['pending'] },
  'broadcast.delivered': { status: 'delivered', from: ['pending', 'sent'] },
  'broadcast.failed': { status: 'failed', from: ['pending', 'sent'] },
} as const satisfies Record<string, { status: RecipientStatus; from: readonly RecipientStatus[] }>

const stepOf = (type: string) => (type in steps ? steps[type as keyof typeof steps] : undefined)

/**
 * Works off an event of Verity: the state of one recipient of a broadcast. Every message that Verity reports is counted, also
 * those of broadcasts that were not made here.
 */
export const applyBroadcastEvent = async (
  trx: Transaction<Schema>,
  event: WebhookEvent,
): Promise<(() => void) | undefined> => {
  const body = bodySchema.parse(event.payload)
  const step = stepOf(body.type)
  if (!step) return undefined
  await lockBroadcast(trx, body.broadcastId)
  await takeStep(trx, body)
  return () => messages.add(1, { status: step.status })
}

/** The events of a broadcast, and the moment when we learn its id, one after the other. */
const lockBroadcast = async (trx: Transaction<Schema>, providerId: string): Promise<void> => {
  await sql`select pg_advisory_xact_lock_shared(hashtextextended(${`broadcast ${providerId}`}, 0))`.execute(trx)
}

/**
 * Verity may tell of a message before its answer, with the id of the broadcast, has reached us. To be called in the transaction
 * that stores the id: takes the steps of events that were worked off before.
 */
export const takeEarlierSteps = async (trx: Transaction<Schema>, providerId: string, since: Date): Promise<void> => {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`broadcast ${providerId}`}, 0))`.execute(trx)
  const events = await trx
    .selectFrom('broadcast_webhook_events')
    .select('payload')
    .where('received_at', '>=', since)
    .where('status', '=', 'processed')
    .where(sql<boolean>`payload ->> 'broadcastId' = ${providerId}`)
    .orderBy('arrival')
    .execute()
  for (const { payload } of events) await takeStep(trx, bodySchema.parse(payload))
}

const takeStep = async (
  trx: Transaction<Schema>,
  { type, broadcastId, recipientId }: z.output<typeof bodySchema>,
): Promise<void> => {
  const step = stepOf(type)
  if (!step) return
  const { status, from } = step
  await trx
    .updateTable('broadcast_recipients')
    .from('broadcasts')
    .set({ status, updated_at: new Date() })
    .whereRef('broadcasts.id', '=', 'broadcast_recipients.broadcast_id')
    .where('broadcasts.provider_id', '=', broadcastId)
    .where('address', '=', recipientId)
    .where('broadcast_recipients.status', 'in', [...from])
    .execute()
  await trx
    .updateTable('broadcasts')
    .set({ status: 'sent', updated_at: new Date() })
    .where('provider_id', '=', broadcastId)
    .where('status', '=', 'scheduled')
    .execute()
}
