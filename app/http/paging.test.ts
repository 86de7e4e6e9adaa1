import { expect, test } from 'vitest'
import { decodeCursor, encodeCursor, page } from './paging.ts'

const position = { createdAt: new Date('2026-11-21T11:00:00.123Z'), id: '0b7fbd43-41f3-4ac0-9a9d-0f8f4b1d6a55' }

test('a cursor comes back as the position it was made of', () => {
  expect(decodeCursor(encodeCursor(position))).toEqual(position)
})

test.each(['', 'x', 'bnVsbA', Buffer.from('["2026-11-21T11:00:00Z","1 or 1=1"]').toString('base64url')])(
  'a cursor that is none of ours is refused: %j',
  (cursor) => {
    expect(() => decodeCursor(cursor)).toThrow('Some fields are not valid.')
  },
)

test('the row beyond the page says that there is a next one', () => {
  const rows = [1, 2, 3].map((n) => ({ created_at: new Date(n), id: `00000000-0000-4000-8000-00000000000${n}` }))
  expect(page(rows, 3)).toEqual({ rows, nextCursor: null })
  const first = page(rows, 2)
  expect(first.rows).toEqual(rows.slice(0, 2))
  expect(decodeCursor(first.nextCursor ?? '')).toEqual({ createdAt: new Date(2), id: rows[1]?.id })
  expect(page([], 2)).toEqual({ rows: [], nextCursor: null })
})
