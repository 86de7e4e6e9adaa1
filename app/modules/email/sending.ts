import type { DeliveryOutcome } from '../../adapters/outside.ts'
import { referencedContact } from '../../db/referenced-contact.ts'
import type { OutgoingEmail } from '../../db/schema-email.ts'
import type { Deps } from '../../deps.ts'
import { invalid, notFound } from '../../errors.ts'
import { newestPage, type Paging } from '../../http/paging.ts'
import type { JobData } from '../../jobs/queues.ts'
import { publish } from '../../realtime/publish.ts'
import { counter } from '../../telemetry/instruments.ts'
import { logger } from '../../telemetry/logger.ts'
import { span } from '../../telemetry/spans.ts'
import type { NewEmail } from './schemas.ts'

/** Attempts at one mail; together they take some four hours, by the queue's delays. The queue itself would try oftener. */
export const mostAttempts = 12

const deliveries = counter('email_deliveries_total')

/** The mail server asked us to come back, or was away. The queue tries again. */
class Deferred extends Error {
  override readonly name = 'Deferred'
  readonly reason = 'dependency_unavailable'
}

/** Puts a mail into the outbox. @throws DomainError validation when the contact has no address, or there is none */
export const queueEmail = async (
  { db, jobs }: Pick<Deps, 'db' | 'jobs'>,
  workspaceId: string,
  { contactId, to, subject, text }: NewEmail,
): Promise<OutgoingEmail> =>
  await db.transaction().execute(async (trx) => {
    const contact = contactId === undefined ? undefined : await referencedContact(trx, workspaceId, contactId)
    const address = to ?? contact?.email
    if (!address) throw invalid([{ field: 'contactId', message: 'this contact has no e-mail address; give it one' }])
    const row = await trx
      .insertInto('outgoing_emails')
      .values({ workspace_id: workspaceId, contact_id: contact?.id ?? null, to_address: address, subject, text })
      .returningAll()
      .executeTakeFirstOrThrow()
    await jobs.enqueue(trx, 'email-sending', { workspaceId, emailId: row.id })
    return row
  })

/**
 * Runs the jobs of `email-sending`: one attempt to deliver. What is delivered, bounced or failed is never sent again. Only
 * when the process ends between the server's yes and our commit is it sent twice, under the same Message-ID, by which
 * mailboxes know a second copy.
 * @throws Deferred, or AdapterError when the server is away, so that the queue tries again; not after the last attempt
 */
export const sendEmail = async (
  deps: Pick<Deps, 'db' | 'outside' | 'config'>,
  { workspaceId, emailId }: JobData['email-sending'],
): Promise<void> => {
  const mail = await deps.db
    .updateTable('outgoing_emails')
    // Counted before it is made: a mail at which the process ends is not tried for ever.
    .set(({ eb }) => ({ attempts: eb('attempts', '+', 1), updated_at: new Date() }))
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', emailId)
    .where('status', 'in', ['queued', 'deferred'])
    .returningAll()
    .executeTakeFirst()
  if (!mail) return
  if (mail.attempts > mostAttempts) {
    await conclude(deps, mail, 'failed')
    return
  }
  try {
    const { outcome } = await span('e-mail delivery', {}, () =>
      deps.outside.mailer.send(
        { messageId: messageIdOf(deps, mail.id), to: mail.to_address, subject: mail.subject, text: mail.text },
        { tenantId: workspaceId },
      ),
    )
    if (outcome === 'deferred') throw new Deferred('the mail server asked to come back later')
    await conclude(deps, mail, outcome)
  } catch (error) {
    const isLast = mail.attempts >= mostAttempts
    await conclude(deps, mail, isLast ? 'failed' : 'deferred')
    if (!isLast) throw error
  }
}

/** Always the same for one mail. */
const messageIdOf = ({ config }: Pick<Deps, 'config'>, id: string): string => {
  const { from } = config.outside.smtp
  return `<${id}@${from.slice(from.lastIndexOf('@') + 1)}>`
}

const conclude = async (
  { db }: Pick<Deps, 'db'>,
  { id, workspace_id, attempts }: OutgoingEmail,
  outcome: DeliveryOutcome,
): Promise<void> => {
  await db.transaction().execute(async (trx) => {
    await trx
      .updateTable('outgoing_emails')
      .set({ status: outcome, updated_at: new Date() })
      .where('id', '=', id)
      .execute()
    await publish(trx, { workspaceId: workspace_id, type: `email.${outcome}`, data: { emailId: id } })
  })
  deliveries.add(1, { outcome })
  logger('email').info({ metadata: { emailId: id, outcome, attempt: attempts } }, 'attempt to deliver an e-mail')
}

/** @throws DomainError not_found, also for mails of other workspaces */
export const readOutgoing = async (
  { db }: Pick<Deps, 'db'>,
  workspaceId: string,
  id: string,
): Promise<OutgoingEmail> => {
  return await db
    .selectFrom('outgoing_emails')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .executeTakeFirstOrThrow(() => notFound('e-mail'))
}

/** Newest first. */
export const listOutgoing = async (
  { db }: Pick<Deps, 'db'>,
  workspaceId: string,
  { status, cursor, limit }: Paging & { readonly status?: OutgoingEmail['status'] | undefined },
) => {
  let query = db.selectFrom('outgoing_emails').selectAll().where('workspace_id', '=', workspaceId)
  if (status !== undefined) query = query.where('status', '=', status)
  return await newestPage(query, { cursor, limit })
}
