import { sql, type Transaction } from 'kysely'
import { workspaceOfAccounts } from '../../db/account-workspace.ts'
import type { Schema } from '../../db/schema.ts'
import type { Mailbox } from '../../db/schema-email.ts'
import type { Deps } from '../../deps.ts'
import { notFound } from '../../errors.ts'
import { newestPage, type Paging } from '../../http/paging.ts'
import { addressHash } from './addresses.ts'

type Trx = Transaction<Schema>

/** A request for a sync that is older was lost with its job; the next one is not left out. */
const oldestRequest = sql<Date>`now() - interval '10 minutes'`

/** The workspace's mailbox of this address, made when it is first heard of. */
const mailboxOf = async (trx: Trx, workspaceId: string, address: string): Promise<Mailbox> => {
  const address_hash = addressHash(address)
  const known = await trx
    .selectFrom('mailboxes')
    .selectAll()
    .where('address_hash', '=', address_hash)
    .executeTakeFirst()
  return (
    known ??
    (await trx
      .insertInto('mailboxes')
      .values({ workspace_id: workspaceId, address_hash })
      // Made by somebody else meanwhile: that one.
      .onConflict((same) => same.column('address_hash').doUpdateSet({ address_hash }))
      .returningAll()
      .executeTakeFirstOrThrow())
  )
}

/** Something is new: a job reads it. One that waits already reads this too, so there is never more than one. */
const requestSync = async (
  { jobs }: Pick<Deps, 'jobs'>,
  trx: Trx,
  { id, workspace_id }: Pick<Mailbox, 'id' | 'workspace_id'>,
): Promise<void> => {
  const { numUpdatedRows } = await trx
    .updateTable('mailboxes')
    .set({ sync_requested_at: new Date() })
    .where('id', '=', id)
    .where(({ eb, or }) => or([eb('sync_requested_at', 'is', null), eb('sync_requested_at', '<', oldestRequest)]))
    .executeTakeFirst()
  if (numUpdatedRows > 0n) await jobs.enqueue(trx, 'email-sync', { workspaceId: workspace_id, mailboxId: id })
}

/** Gmail says that a mailbox has changed: what is new is read, as part of the caller's transaction. */
export const requestEmailSync = async (
  deps: Pick<Deps, 'jobs'>,
  trx: Trx,
  workspaceId: string,
  { emailAddress }: { readonly emailAddress: string },
): Promise<void> => requestSync(deps, trx, await mailboxOf(trx, workspaceId, emailAddress))

/**
 * What webhooks did not tell: every few minutes each mailbox is read. The configured account's mailbox is made where it is
 * missing; until somebody has signed in, there is no workspace for it.
 * @throws AdapterError when Gmail does not say whose account it is
 */
export const requestEverySync = async (deps: Pick<Deps, 'config' | 'db' | 'jobs' | 'outside'>): Promise<void> => {
  if (!deps.outside.isConfigured('gmail')) return
  const workspaceId = await workspaceOfAccounts(deps)
  if (workspaceId === undefined) return
  const { emailAddress } = await deps.outside.gmail.profile()
  await deps.db
    .transaction()
    .execute(async (trx) => requestSync(deps, trx, await mailboxOf(trx, workspaceId, emailAddress)))
}

/** @throws DomainError not_found, also for mailboxes of other workspaces */
export const requestSyncOf = async (
  deps: Pick<Deps, 'db' | 'jobs'>,
  workspaceId: string,
  id: string,
): Promise<Mailbox> =>
  await deps.db.transaction().execute(async (trx) => {
    const mailbox = await trx
      .selectFrom('mailboxes')
      .selectAll()
      .where('workspace_id', '=', workspaceId)
      .where('id', '=', id)
      .executeTakeFirstOrThrow(() => notFound('mailbox'))
    await requestSync(deps, trx, mailbox)
    return mailbox
  })

/** Newest first. */
export const listMailboxes = async ({ db }: Pick<Deps, 'db'>, workspaceId: string, paging: Paging) => {
  const query = db.selectFrom('mailboxes').selectAll().where('workspace_id', '=', workspaceId)
  return await newestPage(query, paging)
}
