/** Tables: rows made from series, and Grafana's transformations of them. */

export type Cell = number | string | null

export interface Column {
  /** As overrides and people name it, after `organize`. */
  readonly name: string
  /** As the query gave it. */
  readonly source: string
  readonly type: 'number' | 'string' | 'time'
}
export interface Rows {
  readonly columns: readonly Column[]
  readonly rows: readonly Readonly<Record<string, Cell>>[]
}
export interface TableSeries {
  readonly refId: string
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly values: readonly (number | null)[]
}
export interface Transformation {
  readonly id: string
  readonly disabled?: boolean
  readonly options?: unknown
}

type Row = Record<string, Cell>

/**
 * A row for each set of labels and a column for each query, which is what Grafana's `merge` makes of instant queries. The
 * values of several queries are called `Value #A`, `Value #B`…, those of one `Value`.
 */
export function rowsOf(series: readonly TableSeries[], refIds: readonly string[]): Rows {
  const several = refIds.length > 1
  // Of several queries each has its own name, by which rows could not be joined; of one it may be what the rows are about.
  const labels = [...new Set(series.flatMap((each) => Object.keys(each.labels)))].filter(
    (label) => label !== '__name__' || !several,
  )
  // What every query has is what rows are joined by; what one of them alone has is another cell.
  const shared = labels.filter((label) =>
    refIds.every((id) => series.every(({ refId, labels: own }) => refId !== id || label in own)),
  )
  const rows = new Map<string, Row[]>()
  for (const { refId, labels: own, values } of series) {
    const key = JSON.stringify(shared.map((label) => own[label] ?? ''))
    const valueName = several ? `Value #${refId}` : 'Value'
    const cells: Row = { ...own, [valueName]: values.findLast((value) => value !== null) ?? null }
    if (several) delete cells.__name__
    const place = rows.get(key) ?? []
    const fits = place.find((row) =>
      Object.entries(cells).every(([name, cell]) => !(name in row) || row[name] === cell),
    )
    if (fits) Object.assign(fits, cells)
    else place.push(cells)
    rows.set(key, place)
  }
  const column = (source: string, type: Column['type']): Column => ({ name: source, source, type })
  return {
    columns: [
      ...labels.map((label) => column(label, 'string')),
      ...refIds.map((refId) => column(several ? `Value #${refId}` : 'Value', 'number')),
    ],
    rows: [...rows.values()].flat(),
  }
}

/** Applies those transformations that change a table of one frame; `merge` was done by `rowsOf`. */
export function transform(table: Rows, transformations: readonly Transformation[]): Rows {
  return transformations.reduce((before, { id, disabled, options }) => {
    if (disabled) return before
    const change = Object.hasOwn(changes, id) ? changes[id] : undefined
    return change ? change(before, (options ?? {}) as Options) : before
  }, table)
}

interface Options {
  readonly excludeByName?: Readonly<Record<string, boolean>>
  readonly includeByName?: Readonly<Record<string, boolean>>
  readonly indexByName?: Readonly<Record<string, number>>
  readonly renameByName?: Readonly<Record<string, string>>
  readonly sort?: readonly { readonly field?: string; readonly desc?: boolean }[]
  readonly limitField?: number | string
  readonly include?: { readonly names?: readonly string[] }
  readonly exclude?: { readonly names?: readonly string[] }
}

const changes: Readonly<Record<string, (table: Rows, options: Options) => Rows>> = {
  organize: ({ columns, rows }, { excludeByName = {}, includeByName, indexByName = {}, renameByName = {} }) => ({
    columns: columns
      .filter(
        ({ name }) =>
          !excludeByName[name] && (!includeByName || Object.keys(includeByName).length === 0 || includeByName[name]),
      )
      .map((column, index) => ({ column, at: indexByName[column.name] ?? 1_000 + index }))
      .sort((a, b) => a.at - b.at)
      .map(({ column }) => ({ ...column, name: renameByName[column.name] || column.name })),
    rows,
  }),
  filterFieldsByName: ({ columns, rows }, { include, exclude }) => ({
    columns: columns.filter(
      ({ name }) => (!include?.names || include.names.includes(name)) && !exclude?.names?.includes(name),
    ),
    rows,
  }),
  sortBy: (table, { sort = [] }) => {
    const [first] = sort
    return first?.field ? sortedBy(table, first.field, first.desc ?? false) : table
  },
  limit: ({ columns, rows }, { limitField = 10 }) => ({ columns, rows: rows.slice(0, Number(limitField)) }),
}

/** By the column of that name; what has no value stands last either way. */
export function sortedBy({ columns, rows }: Rows, name: string, descending: boolean): Rows {
  const source = columns.find((column) => column.name === name)?.source
  if (source === undefined) return { columns, rows }
  return {
    columns,
    rows: rows.toSorted((a, b) => {
      const [left, right] = [a[source] ?? null, b[source] ?? null]
      if (left === null || right === null) return left === right ? 0 : left === null ? 1 : -1
      const order =
        typeof left === 'number' && typeof right === 'number' ? left - right : String(left).localeCompare(String(right))
      return descending ? -order : order
    }),
  }
}
