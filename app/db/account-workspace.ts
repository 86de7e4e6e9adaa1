import type { Config } from '../config.ts'
import type { Database } from './database.ts'

interface Services {
  readonly config: Pick<Config, 'adminEmails'>
  readonly db: Database
}

/**
 * Whose the providers' accounts are, with their webhooks and the mailbox: they belong to one workspace, and no webhook names
 * it. It is the workspace of the first of `ADMIN_EMAILS` by its domain, or else the oldest. None while nobody has signed in
 * yet: then events stay pending, and are worked off with the next event of their contact or by `POST /api/jobs/process-pending`.
 */
export const accountWorkspace = ({ db, config }: Services) => {
  const domain = config.adminEmails[0]?.split('@')[1] ?? ''
  return db
    .selectFrom('workspaces')
    .select('id')
    .orderBy(({ eb }) => eb('domain', '=', domain), 'desc')
    .orderBy('created_at')
    .limit(1)
}

/** Its id; undefined while there is none. */
export const workspaceOfAccounts = async (services: Services): Promise<string | undefined> =>
  (await accountWorkspace(services).executeTakeFirst())?.id
