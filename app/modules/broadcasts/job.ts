import type { Deps } from '../../deps.ts'
import type { JobData } from '../../jobs/queues.ts'
import type { Attempt } from '../../jobs/worker.ts'
import { jobErrorReason } from '../../telemetry/jobs.ts'
import { span } from '../../telemetry/spans.ts'
import { takeEarlierSteps } from './webhook.ts'

/**
 * Gives a broadcast to Verity, once: our own id makes a second try the same broadcast. What becomes of each message comes by
 * webhook. What Verity will never take, and what it did not take at the last attempt, has failed.
 * @throws AdapterError, so that the job is tried again
 */
export const sendQueuedBroadcast = async (
  { db, outside }: Pick<Deps, 'db' | 'outside'>,
  { workspaceId, broadcastId }: JobData['broadcast-sending'],
  attempt: Attempt,
): Promise<void> => {
  const broadcast = await db
    .selectFrom('broadcasts')
    .select(['name', 'message', 'status', 'created_at'])
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', broadcastId)
    .executeTakeFirst()
  if (broadcast?.status !== 'queued') return
  const recipients = await db
    .selectFrom('broadcast_recipients')
    .select('address')
    .where('broadcast_id', '=', broadcastId)
    .orderBy('address')
    .execute()
  try {
    const taken = await span('broadcast sending', { 'crm.recipients': recipients.length }, () =>
      outside.verity.createBroadcast(
        {
          externalId: broadcastId,
          name: broadcast.name,
          message: broadcast.message,
          recipients: recipients.map(({ address }) => address),
        },
        { tenantId: workspaceId },
      ),
    )
    await db.transaction().execute(async (trx) => {
      await trx
        .updateTable('broadcasts')
        .set({ status: 'scheduled', provider_id: taken.id, updated_at: new Date() })
        .where('id', '=', broadcastId)
        .execute()
      await takeEarlierSteps(trx, taken.id, broadcast.created_at)
    })
  } catch (error) {
    const isFinal = typeof error === 'object' && error !== null && 'retryable' in error && error.retryable === false
    if (isFinal || attempt.isLast)
      await db
        .updateTable('broadcasts')
        .set({ status: 'failed', error_message: jobErrorReason(error), updated_at: new Date() })
        .where('id', '=', broadcastId)
        .where('status', '=', 'queued')
        .execute()
    if (!isFinal) throw error
  }
}
