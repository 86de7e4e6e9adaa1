import { metrics as otel } from '@opentelemetry/api'
import {
  type Compilable,
  type CompiledQuery,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  sql,
} from 'kysely'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { queryTelemetry } from './database.ts'
import { type Point, startTestMetrics } from './test-metrics.ts'

interface Tables {
  contacts: { id: string; name: string; workspace_id: string }
  workspaces: { id: string }
}
const db = new Kysely<Tables>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (of) => new PostgresIntrospector(of),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
  log: queryTelemetry(),
})

let read: (name: string) => Promise<readonly Point[]>
beforeEach(() => {
  read = startTestMetrics()
})
afterEach(() => otel.disable())

const measured = async (): Promise<string[]> =>
  (await read('database_query_duration_seconds')).map(({ attributes }) => `${attributes.operation} ${attributes.table}`)

it.each<[string, { execute(): Promise<unknown> } | Compilable]>([
  ['select contacts', db.selectFrom('contacts').selectAll()],
  [
    'select contacts',
    db.selectFrom('contacts as c').innerJoin('workspaces as w', 'w.id', 'c.workspace_id').select('c.id'),
  ],
  [
    'select contacts',
    db
      .with('own', (q) => q.selectFrom('workspaces').selectAll())
      .selectFrom('contacts')
      .selectAll(),
  ],
  ['insert contacts', db.insertInto('contacts').values({ id: '1', name: 'a', workspace_id: '1' })],
  ['update contacts', db.updateTable('contacts').set({ name: 'b' })],
  ['update contacts', db.updateTable('contacts as c').set({ name: 'b' })],
  ['delete contacts', db.deleteFrom('contacts').where('id', '=', '1')],
])('measures %s', async (expected, query) => {
  await (query as { execute(): Promise<unknown> }).execute()
  expect(await measured()).toEqual([expected])
})

it.each([
  ['select none', sql`select 1`],
  ['select contacts', sql`select count(*) from ${sql.table('contacts')}`],
  ['insert job', sql`INSERT INTO pgboss.job (id) VALUES (1)`],
  ['other none', sql`create extension pg_stat_statements`],
  ['transaction none', sql`begin`],
  ['transaction none', sql`ROLLBACK TO SAVEPOINT a`],
])('measures raw SQL as %s', async (expected, query) => {
  await query.execute(db)
  expect(await measured()).toEqual([expected])
})

it('does not fail a query that it cannot read', async () => {
  const query = { queryId: { queryId: '1' }, parameters: [] } as unknown as CompiledQuery
  const tell = queryTelemetry()
  tell({ level: 'query', query, queryDurationMillis: 1 })
  tell({ level: 'query', query: undefined as unknown as CompiledQuery, queryDurationMillis: 1 })
  expect(await measured()).toEqual(['other none'])
})
