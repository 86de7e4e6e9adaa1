import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { badLines } from '../../../app/telemetry/log-schema.ts'
import { freePort } from '../telemetry/harness.ts'

export const repository = new URL('../../..', import.meta.url).pathname

/** A program of ours that runs beside the test. */
export interface Running {
  readonly process: ChildProcess
  /** Everything it has printed so far. */
  readonly output: () => string
  /**
   * Sends a signal, and waits for its end. @returns its exit code; null when a signal ended it
   * @throws an Error with each line that breaks the schema of logs, for a process of the service
   */
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
    child.on('close', (code) => reject(new Error(`${args.join(' ')} ended with ${code}:\n${text}`)))
  })
  await waiting
  let wasAsked = false
  // Else the test that misses it would only see that nobody answers.
  child.once('exit', (code, signal) => {
    if (!wasAsked) console.error(`${args.join(' ')} ended by itself (${code ?? signal}):\n${text.slice(-4_000)}`)
  })
  return {
    process: child,
    output: () => text,
    stop: async (signal = 'SIGTERM') => {
      wasAsked = true
      if (child.exitCode === null && child.signalCode === null) {
        const ended = once(child, 'exit')
        child.kill(signal)
        await ended
      }
      if (args.some((arg) => serviceEntry.test(arg))) expectLogLines(text)
      return child.exitCode
    },
  }
}

const serviceEntry = /^app\/(main|worker|mcp)\.ts$/

const expectLogLines = (output: string): void => {
  const bad = badLines(output)
  if (bad.length > 0)
    throw new Error(
      `log lines that break the schema:\n${bad.map(({ line, problem }) => `${line}\n${problem}`).join('\n')}`,
    )
}

export interface TestDatabase {
  readonly url: string
  readonly port: number
  /** Stops the server; the data stays. */
  stop(): Promise<number | null>
  /** Starts it again on the same port. */
  restart(): Promise<void>
  /** Kills the process that started the server, which leaves the server running. */
  kill(): Promise<void>
  /** Stops every process of the server in its tracks, as a machine out of memory would. @returns what lets them go on */
  freeze(): Promise<() => void>
  readonly folder: string
  /** The process of the server itself. */
  serverPid(): Promise<number>
  remove(): Promise<void>
}

/** The variable with the folder of a stopped server without any tables, where there is one to copy. */
export const emptyDatabase = 'CRM_TEST_EMPTY_DATABASE'

/** An embedded PostgreSQL on a port and in a folder of its own. */
export const startDatabase = async (): Promise<TestDatabase> => {
  const place = await mkdtemp(join(tmpdir(), 'crm-test-'))
  const folder = join(place, 'postgres')
  const empty = process.env[emptyDatabase]
  // With its owner and its rights, on which PostgreSQL insists.
  if (empty) await promisify(execFile)('cp', ['-a', empty, folder])
  const port = await freePort()
  const env = { PGDATA_DIR: folder, PGPORT_EMBEDDED: String(port) }
  const begin = () => start(['app/db/embedded-main.ts'], env, /^postgres ready on /m)
  const serverPid = async () => Number.parseInt(await readFile(join(folder, 'postmaster.pid'), 'utf8'), 10)
  let server = await begin()
  return {
    url: `postgres://crm:crm@127.0.0.1:${port}/crm`,
    port,
    stop: () => server.stop(),
    restart: async () => {
      server = await begin()
    },
    kill: async () => {
      await server.stop('SIGKILL')
    },
    freeze: async () => {
      const server = await serverPid()
      // First the one that would start others.
      tell(server, 'SIGSTOP')
      const pids = [server, ...(await childrenOf(server))]
      for (const pid of pids) tell(pid, 'SIGSTOP')
      return () => {
        for (const pid of pids) tell(pid, 'SIGCONT')
      }
    },
    folder,
    serverPid,
    remove: async () => {
      await server.stop()
      await rm(place, { recursive: true, force: true })
    },
  }
}

/** A child may have ended meanwhile. */
const tell = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

const childrenOf = async (pid: number): Promise<number[]> => {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'pid=', '--ppid', String(pid)])
  return stdout.trim().split(/\s+/).map(Number)
}

export interface TestSandbox {
  readonly url: string
  /** `smtp://127.0.0.1:<port>` */
  readonly smtpUrl: string
  readonly stop: () => Promise<number | null>
}

/**
 * The sandbox, the whole outside world, as a process of its own. It sends webhooks to `webhookTarget`, otherwise nowhere
 * until `PUT /sandbox/webhooks/target` says where.
 */
export const startSandbox = async ({ webhookTarget = 'none' } = {}): Promise<TestSandbox> => {
  const port = await freePort()
  const env = { SANDBOX_PORT: String(port), SANDBOX_SMTP_PORT: '0', SANDBOX_WEBHOOK_TARGET: webhookTarget }
  const sandbox = await start(['stack/sandbox/main.ts'], env, /sandbox ready on .+\n/)
  const smtp = / smtp (\S+)/.exec(sandbox.output())?.[1]
  return { url: `http://127.0.0.1:${port}`, smtpUrl: `smtp://${smtp}`, stop: sandbox.stop }
}

/** The settings with which the service finds everything of the outside world at a sandbox. */
export const sandboxEnvironment = (url: string, smtpUrl?: string) => ({
  ...(smtpUrl !== undefined && { SMTP_URL: smtpUrl }),
  OAUTH_ISSUER_URL: `${url}/oauth`,
  ENRICHMENT_BASE_URL: `${url}/enrichment`,
  GOOGLE_TOKEN_URL: `${url}/google/token`,
  GOOGLE_JWKS_URL: `${url}/google/certs`,
  GMAIL_BASE_URL: `${url}/gmail`,
  GOOGLE_CALENDAR_BASE_URL: `${url}/calendar/v3`,
  BILLY_BASE_URL: `${url}/billy/v2`,
  GHL_BASE_URL: `${url}/ghl`,
  ALOWARE_BASE_URL: `${url}/aloware/api/v1`,
  VERITY_BASE_URL: `${url}/verity/api`,
  SALESFORCE_BASE_URL: `${url}/salesforce`,
  HUBSPOT_BASE_URL: `${url}/hubspot`,
})
