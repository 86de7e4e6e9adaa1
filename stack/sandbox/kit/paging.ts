import type { Context } from 'hono'
import { BadRequest } from '../problem.ts'

/** A whole number of the query. @throws BadRequest naming it and what it may be */
export function readNumber(
  c: Context,
  name: string,
  { fallback, most, least = 1 }: { fallback: number; most: number; least?: number },
): number {
  const text = c.req.query(name)
  if (text === undefined || text === '') return fallback
  const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  if (number >= least && number <= most) return number
  throw new BadRequest('invalid_parameter', `${name} must be a whole number from ${least} to ${most}.`)
}

/** A date and time of the query, as milliseconds since 1970. @throws BadRequest naming it */
export function readTime(c: Context, name: string): number | undefined {
  const text = c.req.query(name)
  if (text === undefined || text === '') return undefined
  const time = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN
  if (!Number.isNaN(time)) return time
  throw new BadRequest('invalid_parameter', `${name} must be a time such as 2026-01-31T12:00:00Z.`)
}

/** One page, and whether others follow. */
export interface Page<Item> {
  readonly items: readonly Item[]
  /** The last item of this page when others follow. */
  readonly last: Item | undefined
}

/** The first `size` of what is left. */
export function firstOf<Item>(rest: readonly Item[], size: number): Page<Item> {
  const items = rest.slice(0, size)
  return { items, last: rest.length > size ? items.at(-1) : undefined }
}

/** The page after the record of that id. @throws BadRequest when there is no such record */
export function pageAfter<Item extends { readonly id: string }>(
  list: readonly Item[],
  after: string | undefined,
  size: number,
): Page<Item> {
  if (after === undefined || after === '') return firstOf(list, size)
  const index = list.findIndex(({ id }) => id === after)
  if (index < 0) throw new BadRequest('invalid_cursor', 'The cursor belongs to no page; begin again without one.')
  return firstOf(list.slice(index + 1), size)
}

/** Pages by number, from 1. */
export const numberedPage = <Item>(list: readonly Item[], page: number, size: number) => ({
  items: list.slice((page - 1) * size, page * size),
  pageCount: Math.max(1, Math.ceil(list.length / size)),
})

/** Where a walk goes on, as a text that only the sandbox can read. */
export const toCursor = (place: readonly (string | number)[]): string =>
  Buffer.from(JSON.stringify(place)).toString('base64url')

/** @throws BadRequest when `toCursor` did not make it with that many parts */
export function fromCursor(text: string, parts: number): readonly (string | number)[] {
  try {
    const place: unknown = JSON.parse(Buffer.from(text, 'base64url').toString())
    if (Array.isArray(place) && place.length === parts) return place
  } catch {
    // Said below.
  }
  throw new BadRequest('invalid_cursor', 'The cursor belongs to no page; begin again without one.')
}
