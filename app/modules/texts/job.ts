import type { Deps } from '../../deps.ts'
import type { JobData } from '../../jobs/queues.ts'
import type { Attempt } from '../../jobs/worker.ts'
import { dialled } from '../../phone.ts'
import { counter } from '../../telemetry/instruments.ts'
import { jobErrorReason } from '../../telemetry/jobs.ts'
import { span } from '../../telemetry/spans.ts'

const texts = counter('text_messages_total')

/**
 * Gives a text message to Aloware, once: our own id makes a second try the same message. What became of it comes by webhook.
 * What Aloware will never take, and what it did not take at the last attempt, has failed.
 * @throws AdapterError, so that the job is tried again
 */
export const sendQueuedText = async (
  { db, outside }: Pick<Deps, 'db' | 'outside'>,
  { workspaceId, textId }: JobData['text-sending'],
  attempt: Attempt,
): Promise<void> => {
  const text = await db
    .selectFrom('text_messages')
    .leftJoin('contacts', 'contacts.id', 'text_messages.contact_id')
    .select(['message', 'phone', 'status', 'provider_id'])
    .where('text_messages.workspace_id', '=', workspaceId)
    .where('text_messages.id', '=', textId)
    .executeTakeFirst()
  if (text?.status !== 'queued' || text.provider_id !== null) return
  const fail = async (reason: string): Promise<void> => {
    const { numUpdatedRows } = await db
      .updateTable('text_messages')
      .set({ status: 'failed', error_message: reason, updated_at: new Date() })
      .where('id', '=', textId)
      .where('status', '=', 'queued')
      .executeTakeFirst()
    if (numUpdatedRows > 0n) texts.add(1, { direction: 'outbound', status: 'failed' })
  }
  const to = dialled(text.phone)
  if (to === undefined) return await fail('no_phone_number')
  try {
    const sent = await span('text sending', {}, () =>
      outside.aloware.sendText({ externalId: textId, to, message: text.message }, { tenantId: workspaceId }),
    )
    await db
      .updateTable('text_messages')
      .set({ provider_id: sent.id, updated_at: new Date() })
      .where('id', '=', textId)
      .execute()
    texts.add(1, { direction: 'outbound', status: 'queued' })
  } catch (error) {
    const isFinal = typeof error === 'object' && error !== null && 'retryable' in error && error.retryable === false
    if (isFinal || attempt.isLast) await fail(jobErrorReason(error))
    if (!isFinal) throw error
  }
}
