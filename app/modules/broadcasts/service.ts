import { sql } from 'kysely'
import type { Database } from '../../db/database.ts'
import type { RecipientStatus } from '../../db/schema-webhooks.ts'
import type { Deps } from '../../deps.ts'
import { invalid, notFound } from '../../errors.ts'
import { newestPage } from '../../http/paging.ts'
import { dialled } from '../../phone.ts'
import type { BroadcastListQuery, CountedBroadcast, NewBroadcast } from './schemas.ts'

/**
 * Stores a broadcast with its recipients and, in the same transaction, enqueues its sending. Two contacts with one number get
 * it once.
 * @throws DomainError validation when a contact is not one of the workspace's, or none has a phone number
 */
export const createBroadcast = async (
  { db, jobs }: Pick<Deps, 'db' | 'jobs'>,
  workspaceId: string,
  { name, message, contactIds }: NewBroadcast,
): Promise<CountedBroadcast> =>
  await db.transaction().execute(async (trx) => {
    const ids = [...new Set(contactIds)]
    const contacts = await trx
      .selectFrom('contacts')
      .select(['id', 'phone'])
      .where('workspace_id', '=', workspaceId)
      .where('id', '=', sql<string>`any(${ids}::uuid[])`)
      .forKeyShare()
      .execute()
    if (contacts.length < ids.length)
      throw invalid([{ field: 'contactIds', message: 'holds contacts that do not exist' }])
    const recipients = new Map<string, string>()
    for (const { id, phone } of contacts) {
      const address = dialled(phone)
      if (address !== undefined) recipients.set(address, id)
    }
    if (recipients.size === 0)
      throw invalid([{ field: 'contactIds', message: 'must hold a contact that has a phone number' }])
    const broadcast = await trx
      .insertInto('broadcasts')
      .values({ workspace_id: workspaceId, name, message, provider_id: null, error_message: null })
      .returningAll()
      .executeTakeFirstOrThrow()
    await trx
      .insertInto('broadcast_recipients')
      .values([...recipients].map(([address, contact_id]) => ({ broadcast_id: broadcast.id, address, contact_id })))
      .execute()
    await jobs.enqueue(trx, 'broadcast-sending', { workspaceId, broadcastId: broadcast.id })
    return { ...broadcast, pending: recipients.size, sent: 0, delivered: 0, failed: 0 }
  })

/** @throws DomainError not_found, also for broadcasts of other workspaces */
export const readBroadcast = async (db: Database, workspaceId: string, id: string): Promise<CountedBroadcast> => {
  return await counted(db, workspaceId)
    .where('broadcasts.id', '=', id)
    .executeTakeFirstOrThrow(() => notFound('broadcast'))
}

/** Newest first. */
export const listBroadcasts = async (
  db: Database,
  workspaceId: string,
  { status, cursor, limit }: BroadcastListQuery,
) => {
  let query = counted(db, workspaceId)
  if (status !== undefined) query = query.where('broadcasts.status', '=', status)
  return await newestPage(query, { cursor, limit }, { of: 'broadcasts' })
}

/** Broadcasts with their recipients counted by state. */
const counted = (db: Database, workspaceId: string) =>
  db
    .selectFrom('broadcasts')
    .selectAll('broadcasts')
    .select([
      recipientsIn('pending').as('pending'),
      recipientsIn('sent').as('sent'),
      recipientsIn('delivered').as('delivered'),
      recipientsIn('failed').as('failed'),
    ])
    .where('broadcasts.workspace_id', '=', workspaceId)

const recipientsIn = (status: RecipientStatus) => sql<number>`(
  select count(*)::int from broadcast_recipients
  where broadcast_id = broadcasts.id and broadcast_recipients.status = ${status})`
