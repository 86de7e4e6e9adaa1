import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { logger } from '../telemetry/logger.ts'
import { embeddedUrl } from './embedded-address.ts'

/** A database that may have been started for this process. */
export interface LocalDatabase {
  readonly url: string
  /** Stops it if this process started it. */
  stop(): Promise<void>
}

/**
 * The embedded PostgreSQL of this checkout, for `npm run start:api` and `start:worker` without DATABASE_URL: the one that
 * answers, or a new one, which ends with this process.
 * @throws an Error that says why it did not start
 */
export const useEmbedded = async (env: NodeJS.ProcessEnv = process.env): Promise<LocalDatabase> => {
  const port = Number(env.PGPORT_EMBEDDED || 54329)
  const url = embeddedUrl(port)
  if (await answers(url)) return { url, stop: async () => {} }
  logger('database').info({ port }, 'starting the embedded PostgreSQL; set DATABASE_URL to use another')
  // Its own process group: Ctrl-C in a terminal must reach us first, and it only after us.
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('./embedded-main.ts', import.meta.url)), '--while-parent-lives'],
    { stdio: ['pipe', 'pipe', 'pipe'], detached: true, env },
  )
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const exited = once(child, 'exit')
  const ready = once(child.stdout, 'data')
  await Promise.race([ready, exited])
  if (child.exitCode === null)
    return {
      url,
      stop: async () => {
        child.kill('SIGTERM')
        await exited
      },
    }
  // The api and the worker started together: the other one was first.
  if (await answersWithin(url, 10_000)) return { url, stop: async () => {} }
  throw new Error(said.trim())
}

const answers = async (url: string): Promise<boolean> => {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 1_000 })
  client.on('error', () => {})
  try {
    await client.connect()
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => {})
  }
}

const answersWithin = async (url: string, limitMs: number): Promise<boolean> => {
  const deadline = Date.now() + limitMs
  while (Date.now() < deadline) {
    if (await answers(url)) return true
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return false
}
