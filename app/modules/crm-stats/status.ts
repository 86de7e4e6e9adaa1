import { sql } from 'kysely'
import { type ProviderName, providerNames } from '../../adapters/outside.ts'
import { readProviderStatus } from '../../adapters/status.ts'
import type { Database } from '../../db/database.ts'
import type { Deps } from '../../deps.ts'
import { within } from '../../time-limit.ts'
import type { Status, SystemStatus } from './schemas.ts'

/** Milliseconds that each probe has, all of them at the same time: with the session's look-up well below 3 s. */
const limitMs = 2_000

type Services = Pick<Deps, 'config' | 'db' | 'outside'>

const isConnected = (db: Database): Promise<boolean> =>
  within(limitMs, sql`select 1`.execute(db)).then(
    () => true,
    () => false,
  )

/** Never takes longer than its limit and never throws, whatever hangs. */
export const systemStatus = async ({ config, db, outside }: Services): Promise<SystemStatus> => {
  const [connected, billyReachable, gmailReachable] = await Promise.all([
    isConnected(db),
    outside.reachable('billy', limitMs),
    outside.reachable('gmail', limitMs),
  ])
  return {
    db: { connected },
    billy: { configured: outside.isConfigured('billy'), reachable: billyReachable },
    google: {
      configured: outside.isConfigured('gmail'),
      gmailReachable,
      calendarIdPresent: config.outside.google.calendarId !== '',
    },
  }
}

/** Every dependency as the badges of the page show it. What other processes know of it comes from the database, while that answers. */
export const status = async ({ db, outside }: Services): Promise<Status> => {
  const known = within(limitMs, readProviderStatus(db)).catch(() => [])
  const [connected, rows, ...reachable] = await Promise.all([
    isConnected(db),
    known,
    ...providerNames.map((name) => outside.reachable(name, limitMs)),
  ])
  const shown = (name: ProviderName, index: number) => {
    const own = outside.state(name)
    const row = rows.find(({ provider }) => provider === name)
    return {
      name,
      configured: outside.isConfigured(name),
      reachable: reachable[index] ?? false,
      lastSuccessAt: latest(own.lastSuccessAt, row?.lastSuccessAt),
      lastErrorAt: latest(own.lastErrorAt, row?.lastErrorAt),
      rateLimitedUntil: latest(own.rateLimitedUntil, row?.rateLimitedUntil),
    }
  }
  return { database: { connected }, dependencies: providerNames.map(shown), lastUpdated: new Date().toISOString() }
}

const latest = (...instants: readonly (Date | undefined)[]): string | null => {
  const times = instants.flatMap((instant) => instant?.getTime() ?? [])
  return times.length > 0 ? new Date(Math.max(...times)).toISOString() : null
}
