import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { readProviderStatus } from '../../app/adapters/status.ts'
import { type DatabaseHandle, openDatabase } from '../../app/db/database.ts'
import { migrate } from '../../app/db/migrate.ts'
import { failureOf, faultsOf, startClients } from './adapters/outside.ts'
import { startDatabase, startSandbox, type TestDatabase } from './crm/processes.ts'

let sandbox: Awaited<ReturnType<typeof startSandbox>>
let faults: ReturnType<typeof faultsOf>
let server: TestDatabase
let database: DatabaseHandle
beforeAll(async () => {
  ;[sandbox, server] = await Promise.all([startSandbox(), startDatabase()])
  faults = faultsOf(sandbox.url)
  database = openDatabase(server.url, 'test')
  await migrate(database.db)
})
afterAll(async () => {
  await database.close()
  await Promise.all([sandbox.stop(), server.remove()])
})

const statusOf = async (provider: string) =>
  (await readProviderStatus(database.db)).find((one) => one.provider === provider)

test('a provider that nobody has called is well as far as anybody knows', async () => {
  expect(await statusOf('hubspot')).toEqual({
    provider: 'hubspot',
    breaker: 'closed',
    lastSuccessAt: undefined,
    lastErrorAt: undefined,
    rateLimitedUntil: undefined,
    updatedAt: undefined,
  })
})

test('what one process learns is there for all: the last success, a breaker, and until when to wait', async () => {
  const one = startClients(sandbox, { db: database.db })
  const { gmail } = one.outside
  await gmail.profile()
  await vi.waitFor(async () => expect((await statusOf('gmail'))?.lastSuccessAt).toBeInstanceOf(Date))
  const first = await statusOf('gmail')

  // Within 5 s it is not written again …
  await gmail.profile()
  await gmail.profile()
  // … but for what cannot wait.
  await faults.set('gmail', { status: 500 })
  await failureOf(gmail.profile())
  await failureOf(gmail.profile())
  await vi.waitFor(async () => expect((await statusOf('gmail'))?.breaker).toBe('open'))
  expect((await statusOf('gmail'))?.lastErrorAt).toBeInstanceOf(Date)
  expect((await statusOf('gmail'))?.lastSuccessAt?.getTime()).toBeGreaterThanOrEqual(
    first?.lastSuccessAt?.getTime() ?? Number.POSITIVE_INFINITY,
  )
  await faults.clear()
  await vi.waitFor(() => gmail.profile())
  await vi.waitFor(async () => expect((await statusOf('gmail'))?.breaker).toBe('closed'))

  await faults.set('gmail', { rateLimit: { retryAfterSeconds: 60 } })
  await failureOf(gmail.profile())
  await faults.clear()
  await vi.waitFor(async () => {
    const until = (await statusOf('gmail'))?.rateLimitedUntil?.getTime() ?? 0
    expect(until - Date.now()).toBeGreaterThan(55_000)
    expect(until - Date.now()).toBeLessThanOrEqual(60_000)
  })
  await one.end()
})

test('another process honours a wait that it was not told itself', async () => {
  const other = startClients(sandbox, { db: database.db })
  expect((await other.outside.gmail.profile()).messagesTotal).toBeGreaterThan(0)
  await vi.waitFor(async () => {
    const failure = await failureOf(other.outside.gmail.profile())
    expect(failure.reason).toBe('rate_limited')
    expect(failure.retryAfterMs).toBeGreaterThan(30_000)
  })
  expect(await other.counted('adapter_rate_limit_hits_total', { adapter_type: 'gmail' })).toBe(0)
  await other.end()
})

test('a call succeeds though its status cannot be written', async () => {
  const away = openDatabase('postgres://crm:crm@127.0.0.1:1/crm', 'test')
  const clients = startClients(sandbox, { db: away.db })
  await clients.outside.billy.ping()
  expect(clients.outside.state('billy').lastSuccessAt).toBeInstanceOf(Date)
  await clients.end()
  await away.close()
})
