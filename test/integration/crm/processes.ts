import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../telemetry/harness.ts'

export const repository = new URL('../../..', import.meta.url).pathname

/** A program of ours that runs beside the test. */
export interface Running {
  readonly process: ChildProcess
  /** Everything it has printed so far. */
  readonly output: () => string
  /** Sends a signal, and waits for its end. @returns its exit code; null when a signal ended it */
  readonly stop: (signal?: NodeJS.Signals) => Promise<number | null>
}

/**
 * Starts `node <args>` and waits for a line of its output.
 * @throws an Error with its output when it ends before that
 */
export const start = async (args: readonly string[], env: Record<string, string>, ready: RegExp): Promise<Running> => {
  const child = spawn(process.execPath, args, {
    cwd: repository,
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  const waiting = new Promise<void>((resolve, reject) => {
    const read = (chunk: string): void => {
      text += chunk
      if (ready.test(text)) resolve()
    }
    child.stdout.setEncoding('utf8').on('data', read)
    child.stderr.setEncoding('utf8').on('data', read)
    child.on('exit', (code) => reject(new Error(`${args.join(' ')} ended with ${code}:\n${text}`)))
  })
  await waiting
  return {
    process: child,
    output: () => text,
    stop: async (signal = 'SIGTERM') => {
      if (child.exitCode === null && child.signalCode === null) {
        const ended = once(child, 'exit')
        child.kill(signal)
        await ended
      }
      return child.exitCode
    },
  }
}

export interface TestDatabase {
  readonly url: string
  readonly port: number
  /** Stops the server; the data stays. */
  stop(): Promise<number | null>
  /** Starts it again on the same port. */
  restart(): Promise<void>
  /** The process of the server itself. */
  serverPid(): Promise<number>
  remove(): Promise<void>
}

/** An embedded PostgreSQL on a port and in a folder of its own. */
export const startDatabase = async (): Promise<TestDatabase> => {
  const folder = await mkdtemp(join(tmpdir(), 'crm-test-'))
  const port = await freePort()
  const env = { PGDATA_DIR: join(folder, 'postgres'), PGPORT_EMBEDDED: String(port) }
  const begin = () => start(['app/db/embedded-main.ts'], env, /^postgres ready on /m)
  let server = await begin()
  return {
    url: `postgres://crm:crm@127.0.0.1:${port}/crm`,
    port,
    stop: () => server.stop(),
    restart: async () => {
      server = await begin()
    },
    serverPid: async () => Number.parseInt(await readFile(join(folder, 'postgres', 'postmaster.pid'), 'utf8'), 10),
    remove: async () => {
      await server.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** The sandbox (sign-in provider and enrichment service) as a process of its own. */
export const startSandbox = async (): Promise<{ url: string; stop: () => Promise<number | null> }> => {
  const port = await freePort()
  const sandbox = await start(['stack/sandbox/main.ts'], { SANDBOX_PORT: String(port) }, /sandbox ready on /)
  return { url: `http://127.0.0.1:${port}`, stop: sandbox.stop }
}
