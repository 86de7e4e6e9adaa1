import { createHash, randomBytes } from 'node:crypto'
import type { Config } from '../../config.ts'
import type { Database } from '../../db/database.ts'
import type { Deps } from '../../deps.ts'
import type { SignedInUser } from '../../http/env.ts'
import { span } from '../../telemetry/spans.ts'
import type { Identity } from './provider.ts'
import { deleteSession, saveSession, saveUser, userOfSession, workspaceOfDomain } from './table.ts'

/** A working day, so that people sign in once in the morning. */
export const sessionSeconds = 12 * 3_600

/** What a token looks like: 32 random bytes. Anything else is forged and not worth a query. */
const tokenShape = /^[\w-]{43}$/

const hash = (token: string): string => createHash('sha256').update(token).digest('hex')

/** Opens a session for somebody whom the provider knows; the first of an e-mail domain founds its workspace. */
export const openSession = async (
  db: Database,
  { adminEmails }: Config,
  identity: Identity,
): Promise<{ token: string; userId: string; workspaceId: string }> => {
  const token = randomBytes(32).toString('base64url')
  const domain = identity.email.slice(identity.email.lastIndexOf('@') + 1)
  const role = adminEmails.includes(identity.email) ? 'admin' : 'member'
  return await span('workspace loading', {}, () =>
    db.transaction().execute(async (trx) => {
      const workspaceId = await workspaceOfDomain(trx, domain)
      const userId = await saveUser(trx, identity, { workspaceId, role })
      const expires_at = new Date(Date.now() + sessionSeconds * 1_000)
      await saveSession(trx, { token_hash: hash(token), user_id: userId, expires_at })
      return { token, userId, workspaceId }
    }),
  )
}

/** The user of a session; undefined when its token is forged, expired or signed out. */
export const findSession = async (
  { db, activeUsers }: Pick<Deps, 'db' | 'activeUsers'>,
  token: string,
): Promise<SignedInUser | undefined> => {
  const user = tokenShape.test(token) ? await userOfSession(db, hash(token)) : undefined
  if (user) activeUsers.saw(user)
  return user
}

export const closeSession = async (db: Database, token: string): Promise<void> => {
  if (tokenShape.test(token)) await deleteSession(db, hash(token))
}
