import { invalid } from '../../errors.ts'

/** Rows, and where the next page begins; null on the last one. */
export interface Page<Row> {
  readonly rows: readonly Row[]
  readonly nextCursor: string | null
}

/** A page as the schema shows it. */
export const connection = <Row>({ rows, nextCursor }: Page<Row>) => ({
  nodes: rows,
  pageInfo: { hasNextPage: nextCursor !== null, endCursor: nextCursor },
})

/** Rows without `first`, and the most of it: as of every list of the API. */
export const pageSizes = { usual: 25, most: 100 } as const

/** @throws DomainError validation */
export const pageSize = (first: number): number => {
  if (first < 1 || first > pageSizes.most)
    throw invalid([{ field: 'first', message: `must be from 1 to ${pageSizes.most}` }])
  return first
}
