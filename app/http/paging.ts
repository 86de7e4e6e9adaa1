import { z } from '@hono/zod-openapi'
import { invalid } from '../errors.ts'

/** `limit` and `cursor` of a list, newest first. 100 rows are the most that a page, or a person, uses at once. */
export const pagingQuery = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(25).openapi({ example: 25 }),
  cursor: z.string().max(200).optional().openapi({ description: '`nextCursor` of the page before' }),
})

/** The last row of a page: the next page begins after it. */
export interface Position {
  readonly createdAt: Date
  readonly id: string
}

const encoded = z.tuple([z.iso.datetime(), z.uuid()])

export const encodeCursor = ({ createdAt, id }: Position): string =>
  Buffer.from(JSON.stringify([createdAt.toISOString(), id])).toString('base64url')

/** @throws DomainError (validation) when it is none of ours */
export const decodeCursor = (cursor: string): Position => {
  try {
    const [createdAt, id] = encoded.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()))
    return { createdAt: new Date(createdAt), id }
  } catch {
    throw invalid([{ field: 'cursor', message: 'must be the nextCursor of an earlier page' }])
  }
}

/** One row more than the page holds was read: is there a next page, and where does it begin? */
export const page = <Row extends { created_at: Date; id: string }>(
  rows: readonly Row[],
  limit: number,
): { rows: Row[]; nextCursor: string | null } => {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  const more = rows.length > limit && last !== undefined
  return { rows: shown, nextCursor: more ? encodeCursor({ createdAt: last.created_at, id: last.id }) : null }
}
