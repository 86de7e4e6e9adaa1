import type { Deps } from '../deps.ts'

/**
 * Whose the providers' accounts are, their webhooks, and the mailbox: they belong to one workspace, and no webhook names it. It is the workspace of the
 * first of `ADMIN_EMAILS` by its domain, or else the oldest. Undefined while there is none, since nobody has signed in yet:
 * then events stay pending, and are worked off by the next event of their contact or by `POST /api/jobs/process-pending`.
 */
export const workspaceOfAccounts = async ({ db, config }: Pick<Deps, 'db' | 'config'>): Promise<string | undefined> => {
  const domain = config.adminEmails[0]?.split('@')[1] ?? ''
  const workspace = await db
import type { Config } from '../../config.ts'
import type { Database } from '../../db/database.ts'

/**
 * Whose the webhooks are: a provider's account belongs to one workspace, and no webhook names it. It is the workspace of the
 * first of `ADMIN_EMAILS` by its domain, or else the oldest. None while nobody has signed in yet: then events stay pending, and
 * are worked off with the next event of their contact or by `POST /api/jobs/process-pending`.
 */
export const workspaceOfWebhooks = (db: Database, { adminEmails }: Pick<Config, 'adminEmails'>) => {
  const domain = adminEmails[0]?.split('@')[1] ?? ''
  return db
    .selectFrom('workspaces')
    .select('id')
    .orderBy(({ eb }) => eb('domain', '=', domain), 'desc')
    .orderBy('created_at')
    .limit(1)
}
