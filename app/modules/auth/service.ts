import { createHash, randomBytes } from 'node:crypto'
import type { Config } from '../../config.ts'
import type { Database } from '../../db/database.ts'
import type { Deps } from '../../deps.ts'
import type { SignedInUser } from '../../http/env.ts'
import { span } from '../../telemetry/spans.ts'
import type { Identity } from './provider.ts'
import { deleteSession, type SessionUser, saveSession, saveUser, userOfSession, workspaceOfDomain } from './table.ts'

/** A working day, so that people sign in once in the morning. */
export const sessionSeconds = 12 * 3_600

/**
 * How long a session is not looked up again. Where Redis is away at sign-out, or the cache is another process's memory, this
 * is how long the session lives on.
 */
const cachedSeconds = 10

const cacheKey = (tokenHash: string): string => `session:${tokenHash}`

/** Seconds: never beyond the end of the session. Nobody's session is not kept. */
const cachedFor = (found: SessionUser | undefined): number =>
  found ? Math.min(cachedSeconds, (new Date(found.expiresAt).getTime() - Date.now()) / 1_000) : 0

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
  { db, cache, activeUsers }: Pick<Deps, 'db' | 'cache' | 'activeUsers'>,
  token: string,
): Promise<SignedInUser | undefined> => {
  if (!tokenShape.test(token)) return undefined
  const tokenHash = hash(token)
  const found = await cache.remember(cacheKey(tokenHash), cachedFor, () => userOfSession(db, tokenHash))
  if (!found) return undefined
  const { expiresAt: _, ...user } = found
  activeUsers.saw(user)
  return user
}

/** Also where it is cached: what a request that is under way still reads from the database does not bring it back. */
export const closeSession = async ({ db, cache }: Pick<Deps, 'db' | 'cache'>, token: string): Promise<void> => {
  if (!tokenShape.test(token)) return
  await deleteSession(db, hash(token))
  await cache.set(cacheKey(hash(token)), null, cachedSeconds)
}
