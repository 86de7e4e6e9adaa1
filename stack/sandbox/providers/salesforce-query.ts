import { fromCursor, toCursor } from '../kit/paging.ts'
import { BadRequest } from '../problem.ts'

/** What of SOQL the sandbox understands. */
export interface Query<Type extends string = string> {
  readonly type: Type
  readonly fields: readonly string[]
  /** Only records changed after that, in milliseconds since 1970. */
  readonly after: number
  /** At most so many records more. */
  readonly left: number
}

const time = String.raw`LastModifiedDate\s*(>=?)\s*'?([\w:.+-]+)'?`
const soql = new RegExp(
  String.raw`^\s*SELECT\s+([\w\s,]+?)\s+FROM\s+(\w+)(?:\s+WHERE\s+${time})?` +
    String.raw`(?:\s+ORDER\s+BY\s+LastModifiedDate(?:\s+ASC)?(?:\s*,\s*Id(?:\s+ASC)?)?)?(?:\s+LIMIT\s+(\d{1,6}))?\s*$`,
  'i',
)

/**
 * `SELECT Id, Name FROM Contact WHERE LastModifiedDate > 2026-01-01T00:00:00Z ORDER BY LastModifiedDate LIMIT 10`
 * @throws BadRequest naming what it does not understand
 */
export function readQuery<Type extends string>(
  text: string,
  typed: (name: string) => Type,
  fieldsOf: (type: Type) => readonly string[],
): Query<Type> {
  const match = soql.exec(text)
  if (!match) {
    throw new BadRequest(
      'malformed_query',
      'q must be: SELECT <fields> FROM <type> [WHERE LastModifiedDate > <time>] [ORDER BY LastModifiedDate] [LIMIT <n>]',
    )
  }
  const [, selected = '', name = '', comparison, since, limit] = match
  const type = typed(name)
  const known = ['Id', 'LastModifiedDate', ...fieldsOf(type)]
  const fields = selected.split(',').map((field) => {
    const found = known.find((one) => one.toLowerCase() === field.trim().toLowerCase())
    if (found) return found
    throw new BadRequest('invalid_field', `${type} has no field "${field.trim()}". It has: ${known.join(', ')}.`)
  })
  const start = since === undefined ? Number.NEGATIVE_INFINITY : Date.parse(since)
  if (Number.isNaN(start))
    throw new BadRequest('malformed_query', `q: "${since}" is no time; write 2026-01-31T12:00:00Z.`)
  return {
    type,
    fields,
    after: comparison === '>=' ? start - 1 : start,
    left: limit === undefined ? Number.MAX_SAFE_INTEGER : Number(limit),
  }
}

/** Where the next page begins: behind the record that was changed at that time. */
export const nextLocator = (query: Query, after: number, left: number, totalSize: number): string =>
  toCursor([query.type, query.fields.join(','), after, left, totalSize])

export function readLocator<Type extends string>(locator: string, typed: (name: string) => Type) {
  const [type, fields, after, left, totalSize] = fromCursor(locator, 5)
  const query: Query<Type> = {
    type: typed(String(type)),
    fields: String(fields).split(','),
    after: Number(after),
    left: Number(left),
  }
  return { query, after: Number(after), totalSize: Number(totalSize) }
}
