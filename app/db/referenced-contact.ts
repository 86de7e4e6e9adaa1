import { invalid } from '../errors.ts'
import type { Database } from './database.ts'

/**
 * The contact that a new row names by its `contactId`; it cannot be removed before the transaction ends.
 * @throws DomainError validation when it is none of the workspace's
 */
export const referencedContact = async (trx: Database, workspaceId: string, contactId: string) =>
  await trx
    .selectFrom('contacts')
    .select(['id', 'email', 'phone'])
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', contactId)
    .forKeyShare()
    .executeTakeFirstOrThrow(() => invalid([{ field: 'contactId', message: 'there is no such contact' }]))
