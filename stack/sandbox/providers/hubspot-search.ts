import { z } from 'zod'
import { firstOf, fromCursor, toCursor } from '../kit/paging.ts'

const operators = [
  'EQ',
  'NEQ',
  'GT',
  'GTE',
  'LT',
  'LTE',
  'IN',
  'HAS_PROPERTY',
  'NOT_HAS_PROPERTY',
  'CONTAINS_TOKEN',
] as const
const value = z.union([z.string(), z.number()]).transform(String)

/** https://developers.hubspot.com/docs/api-reference/search: groups are alternatives, the filters of one all must fit. */
export const searchSchema = z.object({
  filterGroups: z
    .array(
      z.object({
        filters: z.array(
          z.object({
            propertyName: z.string(),
            operator: z.enum(operators),
            value: value.default(''),
            values: z.array(value).default([]),
          }),
        ),
      }),
    )
    .max(5)
    .default([]),
  sorts: z
    .array(
      z.union([
        z.object({ propertyName: z.string(), direction: z.enum(['ASCENDING', 'DESCENDING']).default('ASCENDING') }),
        // Old callers name the property only.
        z.string().transform((propertyName) => ({ propertyName, direction: 'ASCENDING' as const })),
      ]),
    )
    .max(1, { error: 'HubSpot sorts by one property' })
    .default([]),
  limit: z.int().min(1).max(100).default(10),
  after: z.union([z.string(), z.number()]).transform(String).optional(),
  properties: z.array(z.string()).optional(),
})

type Search = z.output<typeof searchSchema>
type Filter = Search['filterGroups'][number]['filters'][number]
type Properties = Readonly<Record<string, string | null>>

/** One page of what fits. Goes on behind the last object of the page before, wherever objects moved meanwhile. */
export function searched<One extends { readonly properties: Properties }>(all: readonly One[], search: Search) {
  const fitting = all.filter(
    ({ properties }) =>
      search.filterGroups.length === 0 ||
      search.filterGroups.some(({ filters }) => filters.every((filter) => fits(properties, filter))),
  )
  const { propertyName = 'hs_object_id', direction = 'ASCENDING' } = search.sorts[0] ?? {}
  const sign = direction === 'ASCENDING' ? 1 : -1
  const placeOf = ({ properties }: One) =>
    [comparable(properties[propertyName] ?? ''), Number(properties.hs_object_id)] as const
  const places = fitting
    .map((one) => ({ one, place: placeOf(one) }))
    .sort((a, b) => sign * compare(a.place[0], b.place[0]) || a.place[1] - b.place[1])
  const begin = search.after ? fromCursor(search.after, 2) : undefined
  const rest = begin
    ? places.filter(({ place }) => (sign * compare(place[0], begin[0] ?? '') || place[1] - Number(begin[1])) > 0)
    : places
  const { items, last } = firstOf(rest, search.limit)
  return {
    total: fitting.length,
    found: items.map(({ one }) => one),
    after: last && toCursor(last.place),
  }
}

function fits(properties: Properties, { propertyName, operator, value, values }: Filter): boolean {
  const own = properties[propertyName] ?? undefined
  if (operator === 'NOT_HAS_PROPERTY') return own === undefined
  if (own === undefined) return operator === 'NEQ'
  const order = compare(comparable(own), comparable(value))
  switch (operator) {
    case 'HAS_PROPERTY':
      return true
    case 'EQ':
      return order === 0
    case 'NEQ':
      return order !== 0
    case 'GT':
      return order > 0
    case 'GTE':
      return order >= 0
    case 'LT':
      return order < 0
    case 'LTE':
      return order <= 0
    case 'IN':
      return values.some((one) => compare(comparable(own), comparable(one)) === 0)
    case 'CONTAINS_TOKEN':
      return own.toLowerCase().includes(value.toLowerCase().replaceAll('*', ''))
  }
}

/** Numbers and times as numbers, since a time may be given as milliseconds or in ISO 8601; other texts in lower case. */
function comparable(text: string): number | string {
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text)
  const time = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(time) ? text.toLowerCase() : time
}

function compare(a: number | string, b: number | string): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return String(a) < String(b) ? -1 : Number(String(a) > String(b))
}
