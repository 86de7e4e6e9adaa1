import pg from 'pg'

export interface TableShape {
  readonly name: string
  /** Those that are written; the database makes the others. */
  readonly columns: readonly string[]
}

/** Our own bookkeeping of migrations, which a restore makes anew. */
const bookkeeping = ['kysely_migration', 'kysely_migration_lock']

/**
 * The tables of the schema public, those first that others refer to.
 * @throws an Error when tables refer to each other in a circle
 */
export const tablesInOrder = async (client: pg.Client): Promise<TableShape[]> => {
  const { rows } = await client.query<{ name: string; columns: string[]; refers: string[] }>(
    `select c.relname as name,
       array(select attname::text from pg_attribute
         where attrelid = c.oid and attnum > 0 and not attisdropped and attgenerated = '' order by attnum) as columns,
       array(select confrelid::regclass::text from pg_constraint
         where conrelid = c.oid and contype = 'f' and confrelid <> c.oid) as refers
     from pg_class c
     where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and c.relname <> all($1)
     order by c.relname`,
    [bookkeeping],
  )
  const ordered: TableShape[] = []
  const done = new Set<string>()
  while (ordered.length < rows.length) {
    const next = rows.filter(({ name, refers }) => !done.has(name) && refers.every((other) => done.has(other)))
    if (next.length === 0) throw new Error('tables refer to each other in a circle; they cannot be copied in order')
    for (const { name, columns } of next) {
      ordered.push({ name, columns })
      done.add(name)
    }
  }
  return ordered
}

/** `"table" ("a", "b")` as COPY wants it. */
export const columnsOf = ({ name, columns }: TableShape): string =>
  `public.${pg.escapeIdentifier(name)} (${columns.map((column) => pg.escapeIdentifier(column)).join(', ')})`

/** pg's settings by PostgreSQL's own variables, for its programs: a password in their arguments could be read by everybody. */
export const programEnv = (url: string): Record<string, string> => {
  const { hostname, port, username, password, pathname } = new URL(url)
  return {
    PATH: process.env.PATH ?? '',
    PGHOST: hostname,
    PGPORT: port || '5432',
    PGUSER: decodeURIComponent(username),
    PGPASSWORD: decodeURIComponent(password),
    PGDATABASE: decodeURIComponent(pathname.slice(1)),
  }
}
