import { metrics } from '@opentelemetry/api'
import { Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely'
import { afterEach, expect, test } from 'vitest'
import type { Schema } from '../db/schema.ts'
import { startTestMetrics } from '../telemetry/test-metrics.ts'
import { Activities } from './activities.ts'

afterEach(() => metrics.disable())

/** A database that notes what is inserted, or fails as it is told. */
const fakeDatabase = () => {
  const state: { inserts: (readonly unknown[])[]; failure: Error | undefined } = { inserts: [], failure: undefined }
  const db = new Kysely<Schema>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createIntrospector: (all) => new PostgresIntrospector(all),
      createQueryCompiler: () => new PostgresQueryCompiler(),
      createDriver: () => ({
        init: async () => {},
        acquireConnection: async () => ({
          executeQuery: async ({ parameters }: { parameters: readonly unknown[] }) => {
            if (state.failure) throw state.failure
            state.inserts.push(parameters)
            return { rows: [] }
          },
          streamQuery: () => {
            throw new Error('nobody streams')
          },
        }),
        beginTransaction: async () => {},
        commitTransaction: async () => {},
        rollbackTransaction: async () => {},
        releaseConnection: async () => {},
        destroy: async () => {},
      }),
    },
  })
  /** Six columns a row. */
  const rows = () => state.inserts.reduce((sum, parameters) => sum + parameters.length / 6, 0)
  return { db, state, rows }
}

const somebody = { workspaceId: 'w', userId: 'u' }
const creates = { ...somebody, method: 'POST', route: '/api/contacts' }
const reads = { ...somebody, method: 'GET', route: '/api/contacts' }

test('writes in one batch; what is read again within minutes is counted and not written', async () => {
  const read = startTestMetrics()
  const { db, state, rows } = fakeDatabase()
  const activities = new Activities(db)
  for (const one of [creates, creates, reads, reads, { ...reads, userId: 'v' }]) activities.note(one)
  await activities.flush()
  expect(state.inserts).toHaveLength(1)
  expect(rows()).toBe(4)
  const counted = await read('user_activities_total')
  expect(counted.map(({ attributes, value }) => [attributes.action, value])).toEqual([
    ['contact.created', 2],
    ['contact.listed', 3],
  ])
})

test('waits for a database that is away, drops the oldest beyond its bound, and what the database refuses', async () => {
  const { db, state, rows } = fakeDatabase()
  const activities = new Activities(db)
  state.failure = Object.assign(new Error('away'), { code: 'ECONNREFUSED' })
  for (let n = 0; n < 5_100; n += 1) activities.note(creates)
  await activities.flush()
  expect(rows()).toBe(0)
  state.failure = undefined
  await activities.flush()
  expect(rows()).toBe(5_000)
  state.failure = Object.assign(new Error('refused'), { code: '23503' })
  activities.note(creates)
  await activities.flush()
  state.failure = undefined
  await activities.stop()
  expect(rows()).toBe(5_000)
})
