import { openDatabase } from '../../../app/db/database.ts'

interface Rows {
  readonly workspaceId: string
  /** Bo Lund’s, one of three. */
  readonly contactId: string
  /** Sent, to four recipients. */
  readonly broadcastId: string
}

/** Rows as earlier traffic would have left them: the process itself only reads. */
export const seed = async (url: string): Promise<Rows> => {
  const { db, close } = openDatabase(url, 'test')
  const workspace = await db
    .insertInto('workspaces')
    .values({ name: 'Holm', domain: 'holm.example' })
    .returning('id')
    .executeTakeFirstOrThrow()
  const workspaceId = workspace.id
  const contacts = await db
    .insertInto('contacts')
    .values(
      ['Anna Holm', 'Bo Lund', 'Carl Ude'].map((name) => ({
        workspace_id: workspaceId,
        name,
        email: `${name.split(' ')[0]?.toLowerCase()}@holm.example`,
        phone: null,
        company: null,
        notes: null,
      })),
    )
    .returning(['id', 'name'])
    .execute()
  const contactId = contacts.find(({ name }) => name === 'Bo Lund')?.id ?? ''
  const broadcasts = await db
    .insertInto('broadcasts')
    .values(
      (['sent', 'queued'] as const).map((status) => ({
        workspace_id: workspaceId,
        name: `Spring, ${status}`,
        message: 'Windows in spring',
        status,
        provider_id: null,
        error_message: null,
      })),
    )
    .returning(['id', 'status'])
    .execute()
  const broadcastId = broadcasts.find(({ status }) => status === 'sent')?.id ?? ''
  await db
    .insertInto('broadcast_recipients')
    .values(
      (['sent', 'delivered', 'delivered', 'failed'] as const).map((status, index) => ({
        broadcast_id: broadcastId,
        address: `recipient-${index}`,
        contact_id: null,
        status,
      })),
    )
    .execute()
  await close()
  return { workspaceId, contactId, broadcastId }
}
