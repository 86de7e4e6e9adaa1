import { createHash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { unavailable } from '../errors.ts'
import { within } from '../time-limit.ts'
import type { SignedInUser } from './env.ts'
import type { FindSession } from './session.ts'

/** Milliseconds that the database has to know a session, where the answer must come soon. */
const limitMs = 500
/** How long a session that the database knew counts where the database does not answer, in milliseconds. */
const knownMs = 10 * 60_000
const most = 10_000

/**
 * Pages that tell how the service is must answer also while the database hangs: then whoever was known a while ago is let in.
 * Nothing else is to be read there, and nobody can sign out meanwhile.
 */
export const knownSessions = (look: FindSession): { readonly find: FindSession; readonly findSoon: FindSession } => {
  const known = new LRUCache<string, SignedInUser>({ max: most, ttl: knownMs })
  const keyOf = (token: string) => createHash('sha256').update(token).digest('base64url')
  const find: FindSession = async (token) => {
    const user = await look(token)
    if (user) known.set(keyOf(token), user)
    else known.delete(keyOf(token))
    return user
  }
  return {
    find,
    findSoon: async (token) => {
      try {
        return await within(limitMs, find(token))
      } catch (error) {
        const user = known.get(keyOf(token))
        if (user) return user
        throw unavailable('The database', error)
      }
    },
  }
}
