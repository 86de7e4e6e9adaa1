import { Redis } from 'ioredis'
import { reportTrouble } from '../telemetry/diagnostics.ts'
import { outsideOfRequests } from '../telemetry/request-context.ts'
import type { CacheStore } from './cache.ts'

/** Milliseconds that a request waits for Redis: a query of the database takes a tenth of it. */
const commandMs = 100
const connectMs = 1_000

/** After a command that took too long nobody asks for this long: a Redis that hangs delays one request a second, not all. */
const restMs = 1_000

/** Everything of ours in a Redis that others may use too. */
const prefix = 'crm:'

/** A cache in Redis or Valkey. Commands are refused at once while it is away; it is connected again in the background. */
export const redisStore = (url: string): CacheStore => {
  const redis = outsideOfRequests(
    () =>
      new Redis(url, {
        keyPrefix: prefix,
        connectTimeout: connectMs,
        commandTimeout: commandMs,
        enableOfflineQueue: false,
        maxRetriesPerRequest: 0,
        retryStrategy: (times) => Math.min(times * 100, 2_000),
      }),
  )
  // Without a listener each failed attempt to connect would be printed.
  redis.on('error', (error: Error) => reportTrouble('the cache is away; everything is read from the database', error))

  let restsUntil = 0
  /** What Redis answers; undefined when it does not. */
  const ask = async <T>(command: () => Promise<T>): Promise<T | undefined> => {
    if (redis.status !== 'ready' || Date.now() < restsUntil) return undefined
    try {
      return await command()
    } catch (error) {
      restsUntil = Date.now() + restMs
      reportTrouble('the cache is away; everything is read from the database', error)
      return undefined
    }
  }

  return {
    kind: 'redis',
    get: async (key) => (await ask(() => redis.get(key))) ?? undefined,
    set: async (key, value, ttlSeconds, mode) => {
      const ttl = Math.max(1, Math.ceil(ttlSeconds * 1_000))
      await ask(() => (mode === 'always' ? redis.set(key, value, 'PX', ttl) : redis.set(key, value, 'PX', ttl, 'NX')))
    },
    delete: async (key) => {
      await ask(() => redis.del(key))
    },
    ping: async () => (await ask(() => redis.ping())) !== undefined,
    memory: async () => {
      const said = await ask(() => redis.info('memory'))
      const bytes = Number(/^used_memory:(\d+)/m.exec(said ?? '')?.[1])
      return Number.isFinite(bytes) ? bytes : undefined
    },
    close: async () => redis.disconnect(),
  }
}
