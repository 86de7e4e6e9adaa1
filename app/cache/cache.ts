import { counter } from '../telemetry/instruments.ts'
import { memoryStore } from './memory-store.ts'
import { redisStore } from './redis-store.ts'

/** Where cached texts live. None of these throws: a store that is away finds nothing and keeps nothing. */
export interface CacheStore {
  readonly kind: 'redis' | 'memory'
  get(key: string): Promise<string | undefined>
  /** @param mode `if absent` leaves what is there already */
  set(key: string, value: string, ttlSeconds: number, mode: 'always' | 'if absent'): Promise<void>
  delete(key: string): Promise<void>
  /** Whether it answers now. */
  ping(): Promise<boolean>
  /** Bytes that it uses; undefined while it does not answer. */
  memory(): Promise<number | undefined>
  close(): Promise<void>
}

/**
 * Keeps what is asked often and may be a little old, as JSON. It is never the only place where something is kept: entries
 * may be gone at any time, and a Redis that is away costs a miss, not a request.
 */
export interface Cache {
  readonly kind: CacheStore['kind']
  get<T>(key: string): Promise<T | undefined>
  set(key: string, value: unknown, ttlSeconds: number): Promise<void>
  delete(key: string): Promise<void>
  /**
   * What is cached, else what `load` finds, which is then kept; `undefined` is not kept. An entry that somebody wrote
   * meanwhile stays: who ends a session writes `null` over it, and a slow load cannot bring it back.
   * @throws what `load` throws
   */
  remember<T>(key: string, ttlSeconds: number | ((loaded: T) => number), load: () => Promise<T>): Promise<T>
  ping(): Promise<boolean>
  memory(): Promise<number | undefined>
  close(): Promise<void>
}

const requests = counter('cache_requests_total')

/** Redis (or Valkey) at `redisUrl`, or the memory of this process. */
export const openCache = (redisUrl: string | undefined): Cache =>
  cacheOver(redisUrl === undefined ? memoryStore() : redisStore(redisUrl))

const cacheOver = (store: CacheStore): Cache => {
  const get = async <T>(key: string): Promise<T | undefined> => {
    const found = parsed<T>(await store.get(key))
    requests.add(1, { result: found === undefined ? 'miss' : 'hit' })
    return found
  }
  return {
    kind: store.kind,
    get,
    set: (key, value, ttlSeconds) => store.set(key, JSON.stringify(value), ttlSeconds, 'always'),
    delete: store.delete,
    remember: async (key, ttl, load) => {
      const found = await get<Awaited<ReturnType<typeof load>>>(key)
      if (found !== undefined) return found
      const loaded = await load()
      const ttlSeconds = typeof ttl === 'number' ? ttl : ttl(loaded)
      if (loaded !== undefined && ttlSeconds > 0) await store.set(key, JSON.stringify(loaded), ttlSeconds, 'if absent')
      return loaded
    },
    ping: store.ping,
    memory: store.memory,
    close: store.close,
  }
}

/** What somebody else wrote under our key counts as nothing. */
const parsed = <T>(text: string | undefined): T | undefined => {
  if (text === undefined) return undefined
  try {
    return JSON.parse(text) as T
  } catch {
    return undefined
  }
}
