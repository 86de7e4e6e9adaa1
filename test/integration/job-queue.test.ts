import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type DatabaseHandle, openDatabase } from '../../app/db/database.ts'
import { migrate } from '../../app/db/migrate.ts'
import { queueDepths } from '../../app/jobs/depths.ts'
import { type JobQueueHandle, openJobQueue } from '../../app/jobs/job-queue.ts'
import { deadLetterOf, queueNames } from '../../app/jobs/queues.ts'
import { type JobHandlers, startWorkers } from '../../app/jobs/worker.ts'
import { startDatabase, type TestDatabase } from './crm/processes.ts'

process.env.LOG_LEVEL ??= 'error'

let server: TestDatabase
let database: DatabaseHandle
let queue: JobQueueHandle
/** What the queue under test does with a job; each test sets its own. */
let handle: (about: { contactId: string }) => Promise<void>

const about = (contactId: string) => ({ workspaceId: '00000000-0000-4000-8000-000000000000', contactId })

const enqueue = (contactId: string, startAfter?: Date) =>
  database.db
    .transaction()
    .execute((trx) => queue.enqueue(trx, 'search-indexing', about(contactId), startAfter ? { startAfter } : {}))

const depth = async () => (await queueDepths(database.db)).find((one) => one.queue === 'search-indexing')

beforeAll(async () => {
  server = await startDatabase()
  database = openDatabase(server.url, 'test')
  queue = openJobQueue(server.url, 'test', 'supervise')
  await migrate(database.db)
  await queue.start()
  const idle = Object.fromEntries(queueNames.map((name) => [name, async () => {}]))
  await startWorkers(queue, {
    ...idle,
    'search-indexing': (data: { contactId: string }) => handle(data),
  } as unknown as JobHandlers)
})
afterAll(async () => {
  await queue?.stop(1_000)
  await database?.close()
  await server?.remove()
})

test('a job that is not due yet is delayed, and neither waits nor runs', async () => {
  handle = () => Promise.reject(new Error('not due'))
  await enqueue('later', new Date(Date.now() + 3_600_000))
  expect(await depth()).toMatchObject({ waiting: 0, delayed: 1, active: 0, failed: 0, oldestSeconds: 0 })
  await queue.boss.deleteQueuedJobs('search-indexing')
})

test('a provider that asks to wait puts its job off to that second, without a failed attempt', async () => {
  const ran: number[] = []
  const startedAt = Date.now()
  handle = async () => {
    ran.push(Date.now() - startedAt)
    if (ran.length === 1) throw Object.assign(new Error('429'), { reason: 'rate_limited', retryAfterMs: 3_000 })
  }
  await enqueue('waits')
  await vi.waitFor(() => expect(ran).toHaveLength(1), 10_000)
  await vi.waitFor(async () => expect(await depth()).toMatchObject({ delayed: 1, failed: 0 }), 2_000)
  await vi.waitFor(() => expect(ran).toHaveLength(2), 15_000)
  expect(ran[1]).toBeGreaterThanOrEqual(3_000)
  await vi.waitFor(async () => expect(await depth()).toMatchObject({ waiting: 0, delayed: 0, completed: 2, dead: 0 }))
})

test('a job that fails for good waits in the dead-letter queue, and runs again when it is sent back', async () => {
  await queue.boss.updateQueue('search-indexing', { retryLimit: 0 })
  const ran: string[] = []
  handle = async ({ contactId }) => {
    ran.push(contactId)
    if (ran.length === 1) throw new Error('broken')
  }
  await enqueue('fails')
  await vi.waitFor(async () => expect(await depth()).toMatchObject({ dead: 1, failed: 1 }), 10_000)
  await queue.boss.redrive(deadLetterOf('search-indexing'))
  await vi.waitFor(() => expect(ran).toEqual(['fails', 'fails']), 10_000)
  await vi.waitFor(async () => expect(await depth()).toMatchObject({ dead: 0, waiting: 0 }))
})
