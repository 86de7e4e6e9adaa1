import { createHmac } from 'node:crypto'
import { environment } from './settings.ts'

let key: string | undefined
/** The last pseudonyms made: the same few users send most requests. */
const pseudonyms = new Map<string, string>()
const mostPseudonyms = 10_000

/** `PSEUDONYM_KEY`; `app/config.ts` refuses to start without one outside development. */
const readKey = (env: NodeJS.ProcessEnv): string | undefined => {
  const isRelaxed = ['development', 'test'].includes(environment(env))
  return env.PSEUDONYM_KEY || (isRelaxed ? developmentPseudonymKey : undefined)
}

/** Nothing that is pseudonymous in development is worth finding out. */
export const developmentPseudonymKey = 'development-pseudonym-key-of-32-characters'

/**
 * A stable stand-in for an identifier that must stay joinable (a user's id, an address, a number): HMAC-SHA-256 with
 * `PSEUDONYM_KEY`, its first 16 hex digits, the same in all our processes. Who does not have the key cannot test guesses,
 * which for phone numbers would take seconds otherwise. Case and spaces at the ends do not matter.
 * Without a key there is none: it never throws.
 */
export const pseudonym = (id: string): string => {
  const known = pseudonyms.get(id)
  if (known !== undefined) return known
  key ??= readKey(process.env)
  if (key === undefined) return '[redacted]'
  const made = createHmac('sha256', key).update(id.trim().toLowerCase()).digest('hex').slice(0, 16)
  if (pseudonyms.size >= mostPseudonyms) pseudonyms.clear()
  pseudonyms.set(id, made)
  return made
}
