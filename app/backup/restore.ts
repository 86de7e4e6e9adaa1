import { execFile } from 'node:child_process'
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { createGunzip } from 'node:zlib'
import pg from 'pg'
import { openDatabase } from '../db/database.ts'
import { migrateTo } from '../db/migrate.ts'
import { columnsOf, programEnv } from './catalog.ts'
import { copyFrom } from './copy-stream.ts'
import { dumpFile, type Manifest, readManifest, tableFile } from './manifest.ts'

export interface Restored {
  readonly tables: number
  readonly rows: number
  readonly createdAt: string
}

/**
 * Fills an empty database from a backup: all of it, or nothing. The service brings it up to date when it starts next; jobs
 * that were waiting are in it only if pg_dump made it.
 * @throws an Error that says what is wrong: the database is not empty, the folder is no backup, a file of it is damaged
 */
export const restore = async (url: string, folder: string): Promise<Restored> => {
  const manifest = await readManifest(folder)
  const client = new pg.Client({ connectionString: url, application_name: 'restore' })
  client.on('error', () => {})
  await client.connect()
  try {
    await refuseUnlessEmpty(client)
    if (manifest.method === 'pg_dump') await restoreDump(url, folder)
    else await restoreTables(url, client, folder, manifest)
    await client.query('analyze')
  } finally {
    await client.end().catch(() => {})
  }
  const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0)
  return { tables: manifest.tables.length, rows, createdAt: manifest.createdAt }
}

const refuseUnlessEmpty = async (client: pg.Client): Promise<void> => {
  const { rowCount } = await client.query(
    `select 1 from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace limit 1`,
  )
  if (rowCount !== 0)
    throw new Error(
      'the database is not empty: restore into a new one (create database), then point DATABASE_URL at it',
    )
}

const restoreDump = async (url: string, folder: string): Promise<void> => {
  const file = join(folder, dumpFile)
  const env = programEnv(url)
  const options = ['--no-owner', '--exit-on-error', '--single-transaction', `--dbname=${env.PGDATABASE}`]
  await promisify(execFile)('pg_restore', [...options, file], { env })
}

const restoreTables = async (url: string, client: pg.Client, folder: string, manifest: Manifest): Promise<void> => {
  const { db, close } = openDatabase(url, 'restore')
  try {
    await migrateTo(db, manifest.migration)
  } finally {
    await close()
  }
  await client.query('begin')
  const all = manifest.tables.map(({ name }) => `public.${pg.escapeIdentifier(name)}`)
  // What migrations put in is part of the backup as well.
  if (all.length > 0) await client.query(`truncate ${all.join(', ')}`)
  for (const table of manifest.tables) {
    const rows = await copyFrom(client, `copy ${columnsOf(table)} from stdin`, () => contentOf(folder, table.name))
    if (rows !== table.rows)
      throw new Error(`the backup is damaged: ${table.name} has ${rows} rows in place of ${table.rows}`)
  }
  await continueCounting(client)
  await client.query('commit')
}

const contentOf = (folder: string, table: string): Readable => {
  const plain = createGunzip()
  const file = createReadStream(join(folder, tableFile(table)))
  file.on('error', (error) => plain.destroy(error))
  return file.pipe(plain)
}

/** Numbers that the database gives go on after the highest that was restored. */
const continueCounting = async (client: pg.Client): Promise<void> => {
  const { rows } = await client.query<{ table: string; column: string }>(
    `select format('%I.%I', 'public', relname) as "table", attname as "column"
     from pg_attribute join pg_class on pg_class.oid = attrelid
     where relkind = 'r' and relnamespace = 'public'::regnamespace and attnum > 0 and not attisdropped
       and pg_get_serial_sequence(format('%I.%I', 'public', relname), attname) is not null`,
  )
  for (const { table, column } of rows)
    await client.query(
      `select setval(pg_get_serial_sequence($1, $2), greatest(highest, 1), highest is not null)
       from (select max(${pg.escapeIdentifier(column)}) as highest from ${table}) found`,
      [table, column],
    )
}
