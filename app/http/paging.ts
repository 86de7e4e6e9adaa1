import { z } from '@hono/zod-openapi'
import { type SelectQueryBuilder, sql } from 'kysely'
import { invalid } from '../errors.ts'

/** `limit` and `cursor` of a list, newest first. 100 rows are the most that a page, or a person, uses at once. */
export const pagingQuery = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(25).openapi({ example: 25 }),
  cursor: z.string().max(200).optional().openapi({ description: '`nextCursor` of the page before' }),
})

/** What a list is asked for, read. */
export type Paging = Readonly<z.output<typeof pagingQuery>>

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

export interface Page<Row> {
  readonly rows: Row[]
  /** null: this was the last one */
  readonly nextCursor: string | null
}

/** A pattern for `ilike` that finds `text` anywhere, whatever it consists of. */
export const containing = (text: string): string => `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`

/** What a list is in order of; rows of the same time are in order of their ids. */
export interface Order<Column extends string> {
  /** The column with the time; `created_at` unless it is said. */
  readonly by?: Column
  /** The table, or its alias, that the column and the `id` are of: where the query joins others. */
  readonly of?: string
  /** Oldest first. */
  readonly ascending?: boolean
}

/**
 * The page of a list that follows a cursor, newest first. One row more than it holds is read: that row says that there is another.
 * @throws DomainError validation for a cursor that is none of ours
 */
export const newestPage = async <
  Db,
  Table extends keyof Db,
  Row extends { readonly id: string } & { readonly [column in Column]: Date },
  Column extends string = 'created_at',
>(
  query: SelectQueryBuilder<Db, Table, Row>,
  { cursor, limit }: Paging,
  { by = 'created_at' as Column, of, ascending = false }: Order<Column> = {},
): Promise<Page<Row>> => {
  const column = (name: string) => sql.ref(of === undefined ? name : `${of}.${name}`)
  const direction = ascending ? 'asc' : 'desc'
  let wanted = query
    .orderBy(column(by), direction)
    .orderBy(column('id'), direction)
    .limit(limit + 1)
  if (cursor !== undefined) {
    const after = decodeCursor(cursor)
    const isBeyond = sql.raw(ascending ? '>' : '<')
    wanted = wanted.where(
      sql<boolean>`(${column(by)}, ${column('id')}) ${isBeyond} (${after.createdAt}, ${after.id}::uuid)`,
    )
  }
  const found = await wanted.execute()
  const rows = found.slice(0, limit)
  const last = rows.at(-1)
  const more = found.length > limit && last !== undefined
  return { rows, nextCursor: more ? encodeCursor({ createdAt: last[by], id: last.id }) : null }
}
