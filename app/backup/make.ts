import { execFile } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import { promisify } from 'node:util'
import { createGzip } from 'node:zlib'
import pg from 'pg'
import { columnsOf, programEnv, type TableShape, tablesInOrder } from './catalog.ts'
import { copyTo } from './copy-stream.ts'
import { dumpFile, type Manifest, manifestFile, tableFile } from './manifest.ts'

export interface MadeBackup {
  /** Its folder within the backup folder. */
  readonly name: string
  readonly method: Manifest['method']
  readonly bytes: number
  readonly tables: number
  readonly rows: number
}

/** Backups that are kept: two weeks of nights. */
const kept = 14

/** `crm-20261121T020000123Z`: sorts by age. */
const nameShape = /^crm-\d{8}T\d{9}Z$/
const partial = '.partial'

/** Held while a backup is made. */
const lockKey = 7_206_411

/**
 * Makes a backup in a folder of its own, which has its name only when it is whole, and removes those that are too old. By
 * pg_dump where one is on PATH that is as new as the server, else by COPY of every table of one moment.
 * @returns undefined when another one is being made
 * @throws when the database or the folder cannot be used
 */
export const makeBackup = async (url: string, folder: string): Promise<MadeBackup | undefined> => {
  const client = new pg.Client({ connectionString: url, application_name: 'backup', connectionTimeoutMillis: 5_000 })
  // A connection that breaks fails the query that waits for it.
  client.on('error', () => {})
  await client.connect()
  try {
    const { rows } = await client.query<{ free: boolean }>('select pg_try_advisory_lock($1) as free', [lockKey])
    if (!rows[0]?.free) return undefined
    const createdAt = new Date().toISOString()
    const name = `crm-${createdAt.replaceAll(/[-:.]/g, '')}`
    const draft = join(folder, `${name}${partial}`)
    await removePartial(folder)
    await mkdir(draft, { recursive: true, mode: 0o700 })
    const method = (await canDump(client)) ? 'pg_dump' : 'copy'
    const migration = await lastMigration(client)
    const tables = method === 'pg_dump' ? await dump(url, client, draft) : await copyTables(client, draft)
    const manifest: Manifest = {
      format: 1,
      method,
      createdAt,
      migration,
      tables: tables.map(({ columns, ...table }) => ({ ...table, columns: [...columns] })),
    }
    await writeFile(join(draft, manifestFile), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 })
    const bytes = await sizeOf(draft)
    await rename(draft, join(folder, name))
    await prune(folder)
    return { name, method, bytes, tables: tables.length, rows: tables.reduce((sum, table) => sum + table.rows, 0) }
  } finally {
    await client.end().catch(() => {})
  }
}

type CopiedTable = TableShape & { readonly rows: number }

/** Every table as it was at one moment, compressed. */
const copyTables = async (client: pg.Client, folder: string): Promise<CopiedTable[]> => {
  await client.query('begin isolation level repeatable read read only')
  const copied: CopiedTable[] = []
  for (const table of await tablesInOrder(client)) {
    const gzip = createGzip()
    const file = createWriteStream(join(folder, tableFile(table.name)), { mode: 0o600 })
    const written = finished(gzip.pipe(file))
    try {
      const rows = await copyTo(client, `copy ${columnsOf(table)} to stdout`, gzip)
      copied.push({ ...table, rows })
    } finally {
      gzip.end()
      await written
    }
  }
  await client.query('commit')
  return copied
}

const run = promisify(execFile)

/** pg_dump refuses servers that are newer than itself. */
const canDump = async (client: pg.Client): Promise<boolean> => {
  try {
    const { stdout } = await run('pg_dump', ['--version'])
    const { rows } = await client.query<{ server_version_num: string }>('show server_version_num')
    const server = Math.floor(Number(rows[0]?.server_version_num) / 10_000)
    return Number(/(\d+)/.exec(stdout)?.[1]) >= server
  } catch {
    return false
  }
}

/** The whole database, the queue's schema included; the rows that are counted are estimates. */
const dump = async (url: string, client: pg.Client, folder: string): Promise<CopiedTable[]> => {
  await run('pg_dump', ['--format=custom', '--no-owner', `--file=${join(folder, dumpFile)}`], { env: programEnv(url) })
  const { rows } = await client.query<{ name: string; rows: string }>(
    `select relname as name, n_live_tup as rows from pg_stat_user_tables where schemaname = 'public'`,
  )
  return rows.map((table) => ({ name: table.name, columns: [], rows: Number(table.rows) }))
}

const lastMigration = async (client: pg.Client): Promise<string> => {
  const { rows } = await client.query<{ name: string }>('select max(name) as name from kysely_migration')
  return rows[0]?.name ?? ''
}

const sizeOf = async (folder: string): Promise<number> => {
  const files = await readdir(folder)
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(folder, file))).size))
  return sizes.reduce((sum, size) => sum + size, 0)
}

/** What a process left that ended in the middle. */
const removePartial = async (folder: string): Promise<void> => {
  const entries = await readdir(folder).catch(() => [])
  for (const entry of entries)
    if (entry.endsWith(partial) && nameShape.test(entry.slice(0, -partial.length)))
      await rm(join(folder, entry), { recursive: true, force: true })
}

const prune = async (folder: string): Promise<void> => {
  const backups = (await readdir(folder)).filter((entry) => nameShape.test(entry)).sort()
  for (const old of backups.slice(0, -kept)) await rm(join(folder, old), { recursive: true, force: true })
}
