import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readConfig } from '../../../app/config.ts'
import { openDatabase } from '../../../app/db/database.ts'
import { openSession } from '../../../app/modules/auth/service.ts'
import { sandboxEnvironment, startDatabase, startSandbox } from '../../integration/crm/processes.ts'
import { freePort } from '../../integration/telemetry/harness.ts'
import { type BenchCollector, startCollector } from './collector.ts'
import { type Load, startLoad } from './load.ts'
import { type BenchService, startBenchService } from './service.ts'
import type { Taken } from './sink.ts'
import type { Side } from './statistics.ts'

/** The same service twice over one database: as `npm start` runs it, and with OTEL_SDK_DISABLED. */
export interface Pair {
  readonly services: Readonly<Record<Side, BenchService>>
  readonly collector: BenchCollector
  readonly load: Load
  /** Another load, to warm both sides up at once. */
  readonly secondLoad: Load
  /** The signed-in user's. */
  readonly cookie: string
  /** Of admins: one user may follow live in a limited number of places only. */
  readonly admins: readonly string[]
  /** What has reached the backends, by path. */
  readonly taken: () => Promise<Taken>
  readonly stop: () => Promise<void>
}

/** What is asked for: rows from the database for somebody who is signed in, and a constant text. */
export const routes = {
  contacts: '/api/contacts?limit=20',
  /** Static text: as little work of its own as any route of the service, and one line of the access log. */
  'without database': '/docs/start.js',
} as const

export type RouteName = keyof typeof routes

const contacts = 25

const cookieOf = (token: string): string => `crm_session=${token}`

const admins = 5

/** A workspace with contacts and people who are signed in. @returns their Cookie headers */
const prepare = async (url: string, env: Record<string, string>): Promise<Pick<Pair, 'cookie' | 'admins'>> => {
  const { db, close } = openDatabase(url, 'bench')
  const config = readConfig(env)
  const identity = { issuer: 'bench', subject: 'bench', email: 'bench@crm.example', name: 'Bench' }
  const { token, workspaceId } = await openSession(db, config, identity)
  await db
    .insertInto('contacts')
    .values(
      Array.from({ length: contacts }, (_, index) => ({
        workspace_id: workspaceId,
        name: `Contact ${index}`,
        email: `contact-${index}@company-${index}.example`,
        phone: `+45 20 00 ${10 + index} ${10 + index}`,
        company: `Company ${index}`,
        notes: 'Asked for an offer before the end of the quarter.',
      })),
    )
    .execute()
  const sessions = Array.from({ length: admins }, async (_, index) => {
    const admin = { ...identity, subject: `admin-${index}`, email: `admin-${index}@crm.example` }
    return (await openSession(db, { ...config, adminEmails: [admin.email] }, admin)).token
  })
  const tokens = await Promise.all(sessions)
  await close()
  return { cookie: cookieOf(token), admins: tokens.map(cookieOf) }
}

const startSink = async () => {
  const child = fork(new URL('./sink.ts', import.meta.url), { execArgv: [] })
  const [{ port }] = await once(child, 'message')
  return {
    url: `http://127.0.0.1:${port}`,
    taken: async (): Promise<Taken> => {
      child.send('taken')
      const [{ taken }] = await once(child, 'message')
      return taken
    },
    stop: async () => {
      child.disconnect()
      await once(child, 'exit')
    },
  }
}

/** Starts all of it. What one step leaves behind when a later one fails is stopped too. */
export const startPair = async (): Promise<Pair> => {
  const folder = await mkdtemp(join(tmpdir(), 'crm-bench-'))
  const ending: (() => unknown)[] = [() => rm(folder, { recursive: true, force: true })]
  const kept = <T>(started: T, stop: (started: T) => unknown): T => {
    ending.unshift(() => stop(started))
    return started
  }
  let stopped: Promise<void> | undefined
  const stop = (): Promise<void> => {
    stopped ??= (async () => {
      process.removeListener('SIGTERM', leave).removeListener('SIGINT', leave)
      for (const end of ending) await end()
    })()
    return stopped
  }
  // A bench that is stopped half way leaves no servers behind.
  const leave = (): void => void stop().then(() => process.exit(130))
  process.once('SIGTERM', leave).once('SIGINT', leave)
  try {
    const metrics = await freePort()
    const [database, sandbox, sink] = await Promise.all([
      startDatabase().then((one) => kept(one, ({ remove }) => remove())),
      startSandbox().then((one) => kept(one, ({ stop }) => stop())),
      startSink().then((one) => kept(one, ({ stop }) => stop())),
    ])
    await mkdir(join(folder, 'collector'))
    const collector = kept(await startCollector(join(folder, 'collector'), sink.url, `127.0.0.1:${metrics}`), (one) =>
      one.stop(),
    )
    const env = {
      DATABASE_URL: database.url,
      BACKUP_DIR: join(folder, 'backups'),
      ...sandboxEnvironment(sandbox.url, sandbox.smtpUrl),
    }
    const start = async (side: Side, more: Record<string, string>) =>
      kept(await startBenchService({ ...env, ...more }, join(folder, `${side}.log`)), (one) => one.stop())
    const telemetry = {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.otlpUrl,
      OTEL_EXPORTER_PROMETHEUS_PORT: String(metrics),
    }
    const observed = await start('observed', telemetry)
    // With the same addresses: were it not disabled, it would be seen.
    const unobserved = await start('unobserved', { ...telemetry, OTEL_SDK_DISABLED: 'true' })
    const signedIn = await prepare(database.url, env)
    const [load, secondLoad] = [kept(startLoad(), (one) => one.stop()), kept(startLoad(), (one) => one.stop())]
    return { services: { observed, unobserved }, collector, load, secondLoad, ...signedIn, taken: sink.taken, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
