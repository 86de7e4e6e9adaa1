import { LRUCache } from 'lru-cache'
import type { CacheStore } from './cache.ts'

/** Enough for every session of a large company, small beside the process itself. */
const mostBytes = 16 * 1024 * 1024

/** JavaScript keeps two bytes a character; an entry's own bookkeeping takes some more. */
const sizeOf = (value: string, key: string): number => 2 * (key.length + value.length) + 100

/** A cache in the memory of this process; what was used longest ago makes room. */
export const memoryStore = (): CacheStore => {
  const entries = new LRUCache<string, string>({ maxSize: mostBytes, sizeCalculation: sizeOf })
  return {
    kind: 'memory',
    get: async (key) => entries.get(key),
    set: async (key, value, ttlSeconds, mode) => {
      if (mode === 'if absent' && entries.has(key)) return
      entries.set(key, value, { ttl: ttlSeconds * 1_000 })
    },
    delete: async (key) => {
      entries.delete(key)
    },
    ping: async () => true,
    memory: async () => entries.calculatedSize,
    close: async () => entries.clear(),
  }
}
