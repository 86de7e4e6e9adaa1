import {
  type CompiledQuery,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from 'kysely'
import { describe, expect, test } from 'vitest'
import { containing, decodeCursor, encodeCursor, newestPage } from './paging.ts'

const position = { createdAt: new Date('2026-11-21T11:00:00.123Z'), id: '0b7fbd43-41f3-4ac0-9a9d-0f8f4b1d6a55' }

test('what people search for is text, not a pattern', () => {
  expect(containing('50 %_\\')).toBe('%50 \\%\\_\\\\%')
})

test('a cursor comes back as the position it was made of', () => {
  expect(decodeCursor(encodeCursor(position))).toEqual(position)
})

test.each(['', 'x', 'bnVsbA', Buffer.from('["2026-11-21T11:00:00Z","1 or 1=1"]').toString('base64url')])(
  'a cursor that is none of ours is refused: %j',
  (cursor) => {
    expect(() => decodeCursor(cursor)).toThrow('Some fields are not valid.')
  },
)

interface Note {
  id: string
  created_at: Date
  read_at: Date
}

const note = (n: number): Note => ({
  id: `00000000-0000-4000-8000-00000000000${n}`,
  created_at: new Date(n),
  read_at: new Date(1_000 + n),
})

/** A database that answers with these notes, and what it was asked. */
const answering = (rows: readonly Note[]) => {
  const asked: { sql: string; parameters: readonly unknown[] }[] = []
  const connection = {
    async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
      asked.push({ sql, parameters })
      return { rows: [...rows] as Row[] }
    },
    async *streamQuery() {},
  }
  const driver = Object.assign(new DummyDriver(), { acquireConnection: async () => connection })
  const db = new Kysely<{ notes: Note }>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => driver,
      createIntrospector: (of) => new PostgresIntrospector(of),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  })
  return { asked, query: db.selectFrom('notes').selectAll() }
}

describe('a page', () => {
  const rows = [note(3), note(2), note(1)]

  test('is the last one when there is no row beyond it', async () => {
    expect(await newestPage(answering(rows).query, { limit: 3 })).toEqual({ rows, nextCursor: null })
    expect(await newestPage(answering([]).query, { limit: 3 })).toEqual({ rows: [], nextCursor: null })
  })

  test('ends at its last row when there is another beyond it', async () => {
    const { asked, query } = answering(rows)
    const first = await newestPage(query, { limit: 2 })
    expect(first.rows).toEqual([note(3), note(2)])
    expect(decodeCursor(first.nextCursor ?? '')).toEqual({ createdAt: new Date(2), id: note(2).id })
    expect(asked).toEqual([
      { sql: 'select * from "notes" order by "created_at" desc, "id" desc limit $1', parameters: [3] },
    ])
  })

  test('begins after the position of its cursor', async () => {
    const { asked, query } = answering([note(1)])
    await newestPage(query, { cursor: encodeCursor(position), limit: 2 })
    const sql =
      'select * from "notes" where ("created_at", "id") < ($1, $2::uuid) order by "created_at" desc, "id" desc limit $3'
    expect(asked).toEqual([{ sql, parameters: [position.createdAt, position.id, 3] }])
  })

  test('may be in order of another time, of one of several tables, and oldest first', async () => {
    const { asked, query } = answering(rows)
    const order = { by: 'read_at', of: 'notes', ascending: true } as const
    const { nextCursor } = await newestPage(query, { cursor: encodeCursor(position), limit: 1 }, order)
    expect(decodeCursor(nextCursor ?? '')).toEqual({ createdAt: new Date(1_003), id: note(3).id })
    expect(asked[0]?.sql).toBe(
      'select * from "notes" where ("notes"."read_at", "notes"."id") > ($1, $2::uuid) order by "notes"."read_at" asc, "notes"."id" asc limit $3',
    )
  })

  test('is not read for a cursor that is none of ours', async () => {
    const { asked, query } = answering(rows)
    await expect(newestPage(query, { cursor: 'x', limit: 1 })).rejects.toThrow('Some fields are not valid.')
    expect(asked).toEqual([])
  })
})
