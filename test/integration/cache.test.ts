import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Cache, openCache } from '../../app/cache/cache.ts'
import { freePort, until } from './telemetry/harness.ts'

const hasRedis = spawnSync('redis-server', ['--version']).status === 0
const kinds = ['memory', 'redis'] as const

let folder: string
let port: number
let server: ChildProcess | undefined
let cache: Cache

const startRedis = async (): Promise<void> => {
  const started = spawn(
    'redis-server',
    ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  server = started
  let said = ''
  started.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  await until(() => said.includes('Ready to accept connections'))
}

const killRedis = async (): Promise<void> => {
  if (!server || server.exitCode !== null || server.signalCode !== null) return
  const ended = once(server, 'exit')
  server.kill('SIGKILL')
  await ended
}

beforeAll(async () => {
  if (!hasRedis) return
  folder = await mkdtemp(join(tmpdir(), 'crm-redis-'))
  port = await freePort()
  await startRedis()
})
afterAll(async () => {
  await killRedis()
  if (folder) await rm(folder, { recursive: true, force: true })
})
afterEach(() => cache?.close())

/** An open cache of this kind that answers. */
const open = async (kind: (typeof kinds)[number]): Promise<Cache> => {
  cache = openCache(kind === 'redis' ? `redis://127.0.0.1:${port}` : undefined)
  await until(() => cache.ping())
  return cache
}

const timed = async <T>(work: () => Promise<T>): Promise<{ result: T; ms: number }> => {
  const startedAt = performance.now()
  const result = await work()
  return { result, ms: performance.now() - startedAt }
}

describe.each(kinds)('a cache in %s', (kind) => {
  test('keeps values until they are deleted', async (context) => {
    if (kind === 'redis' && !hasRedis) context.skip('redis-server is not on PATH')
    const { get, set, delete: remove, kind: said } = await open(kind)
    expect(said).toBe(kind)
    await set('a', { name: 'Ænna', list: [1, null] }, 60)
    expect(await get('a')).toEqual({ name: 'Ænna', list: [1, null] })
    await remove('a')
    expect(await get('a')).toBeUndefined()
  })

  test('forgets them after their time', async (context) => {
    if (kind === 'redis' && !hasRedis) context.skip('redis-server is not on PATH')
    const { get, set } = await open(kind)
    await set('short', 1, 0.2)
    expect(await get('short')).toBe(1)
    await until(async () => (await get('short')) === undefined)
  })

  test('loads once what it is to remember, and not what does not exist', async (context) => {
    if (kind === 'redis' && !hasRedis) context.skip('redis-server is not on PATH')
    const { remember } = await open(kind)
    let loads = 0
    const load = async () => ({ loads: ++loads })
    expect(await remember('once', 60, load)).toEqual({ loads: 1 })
    expect(await remember('once', 60, load)).toEqual({ loads: 1 })
    const none = async () => {
      loads++
      return undefined
    }
    await remember('none', 60, none)
    await remember('none', 60, none)
    expect(loads).toBe(3)
    await expect(remember('fails', 60, () => Promise.reject(new Error('away')))).rejects.toThrow('away')
  })

  test('a slow load does not bring back what was ended meanwhile', async (context) => {
    if (kind === 'redis' && !hasRedis) context.skip('redis-server is not on PATH')
    const { get, set, remember } = await open(kind)
    const loaded = await remember('session', 60, async () => {
      await set('session', null, 60)
      return 'still signed in'
    })
    expect(loaded).toBe('still signed in')
    expect(await get('session')).toBeNull()
  })

  test('says how much memory it takes', async (context) => {
    if (kind === 'redis' && !hasRedis) context.skip('redis-server is not on PATH')
    const { memory, set } = await open(kind)
    const before = (await memory()) ?? Number.NaN
    await set('large', 'x'.repeat(500_000), 60)
    expect(((await memory()) ?? Number.NaN) - before).toBeGreaterThan(400_000)
  })
})

describe('a Redis that is away', () => {
  test('costs a miss and no time, and is used again when it is back', async (context) => {
    if (!hasRedis) context.skip('redis-server is not on PATH')
    const { set, get, remember, ping, memory } = await open('redis')
    await set('kept', 1, 60)
    await killRedis()
    await until(async () => !(await ping()))
    const asked = await timed(async () => [
      await remember('kept', 60, async () => 'from the database'),
      await get('kept'),
      await memory(),
    ])
    expect(asked.result).toEqual(['from the database', undefined, undefined])
    expect(asked.ms).toBeLessThan(100)
    await startRedis()
    await until(() => ping())
    await set('kept', 2, 60)
    expect(await get('kept')).toBe(2)
  })

  test('that hangs delays one request a second by a tenth of one', async (context) => {
    if (!hasRedis || !server?.pid) return context.skip('redis-server is not on PATH')
    const { remember } = await open('redis')
    process.kill(server.pid, 'SIGSTOP')
    try {
      const load = async () => 'from the database'
      const first = await timed(() => remember('hangs', 60, load))
      expect(first.result).toBe('from the database')
      expect(first.ms).toBeLessThan(500)
      const second = await timed(() => remember('hangs', 60, load))
      expect(second.result).toBe('from the database')
      expect(second.ms).toBeLessThan(50)
    } finally {
      process.kill(server.pid, 'SIGCONT')
    }
  })

  test('that was never there fails nothing', async () => {
    cache = openCache(`redis://127.0.0.1:${await freePort()}`)
    expect(await cache.remember('x', 60, async () => 1)).toBe(1)
    expect(await cache.ping()).toBe(false)
  })
})
