import type { Transaction } from 'kysely'
import { z } from 'zod'
import type { Schema } from '../../db/schema.ts'
import type { WebhookEvent } from '../../db/schema-webhooks.ts'
import { publish } from '../../realtime/publish.ts'
import { counter } from '../../telemetry/instruments.ts'

const texts = counter('text_messages_total')

const line = z.coerce.string().transform((text) => text.replaceAll('\u0000', ''))
const bodySchema = z.object({
  event: z.string(),
  contact: z.object({ id: z.coerce.string(), phone_number: line.optional() }),
  body: z
    .object({ external_id: z.uuid().nullish().catch(undefined), message: line.nullish(), from: line.nullish() })
    .default({}),
})

/** What Aloware says of a message, in our words. */
const outcomes = { 'sms-delivered': 'delivered', 'sms-failed': 'failed' } as const

/**
 * Works off an event of Aloware: a received message is stored, and what became of a sent one is noted. A message that has its
 * outcome keeps it; events of other kinds, and of messages that are not ours, mean nothing here.
 */
export const applyTextEvent = async (
  trx: Transaction<Schema>,
  event: WebhookEvent,
  workspaceId: string,
): Promise<(() => void) | undefined> => {
  const { event: type, contact, body } = bodySchema.parse(event.payload)
  if (type === 'sms-received') {
    const { numInsertedOrUpdatedRows } = await trx
      .insertInto('text_messages')
      .values({
        workspace_id: workspaceId,
        contact_id: await contactOf(trx, workspaceId, body.from ?? contact.phone_number),
        direction: 'inbound',
        message: (body.message ?? '').slice(0, 10_000),
        status: 'received',
        provider_id: event.event_id,
      })
      .onConflict((same) => same.columns(['workspace_id', 'direction', 'provider_id']).doNothing())
      .executeTakeFirst()
    if (!numInsertedOrUpdatedRows) return undefined
    await publish(trx, { workspaceId, type: 'text.received', data: { eventId: event.id } })
    return () => texts.add(1, { direction: 'inbound', status: 'received' })
  }
  const status = outcomes[type as keyof typeof outcomes] as (typeof outcomes)[keyof typeof outcomes] | undefined
  if (status === undefined || !body.external_id) return undefined
  const { numUpdatedRows } = await trx
    .updateTable('text_messages')
    .set({ status, updated_at: new Date() })
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', body.external_id)
    .where('status', '=', 'queued')
    .executeTakeFirst()
  return numUpdatedRows > 0n ? () => texts.add(1, { direction: 'outbound', status }) : undefined
}

/** Who has this number here; null when nobody does. */
const contactOf = async (
  trx: Transaction<Schema>,
  workspaceId: string,
  phone: string | null | undefined,
): Promise<string | null> => {
  const digits = (phone ?? '').replace(/\D/g, '')
  if (digits.length < 6) return null
  const contact = await trx
    .selectFrom('contacts')
    .select('id')
    .where('workspace_id', '=', workspaceId)
    .where(({ fn, val, eb }) => eb(fn('regexp_replace', ['phone', val('\\D'), val(''), val('g')]), '=', digits))
    .orderBy('created_at')
    .limit(1)
    .executeTakeFirst()
  return contact?.id ?? null
}
