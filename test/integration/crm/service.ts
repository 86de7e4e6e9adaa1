import type { Activities } from '../../../app/activity/activities.ts'
import type { Outside } from '../../../app/adapters/outside.ts'
import type { Cache } from '../../../app/cache/cache.ts'
import { type Config, readConfig } from '../../../app/config.ts'
import { type Database, openDatabase } from '../../../app/db/database.ts'
import { migrate } from '../../../app/db/migrate.ts'
import { type ErrorRecorder, recordErrors } from '../../../app/error-groups/recorder.ts'
import { jobHandlers } from '../../../app/handlers.ts'
import { type Listening, listen } from '../../../app/http/listen.ts'
import { type JobQueueHandle, openJobQueue } from '../../../app/jobs/job-queue.ts'
import { startWorkers } from '../../../app/jobs/worker.ts'
import type { Monitor } from '../../../app/monitoring/monitor.ts'
import { openDeps } from '../../../app/open-deps.ts'
import type { Hub } from '../../../app/realtime/hub.ts'
import { type Listener, listenToEvents } from '../../../app/realtime/listener.ts'
import { createServer } from '../../../app/server.ts'
import { sandboxEnvironment, startDatabase, startSandbox, type TestDatabase } from './processes.ts'

// Only what goes wrong is worth reading between test results.
process.env.LOG_LEVEL ??= 'error'
process.env.OTEL_SERVICE_NAME ??= 'api'

/** A loopback address, since that is all the sandbox sends codes to. Nobody listens there. */
export const publicUrl = 'http://127.0.0.1:3000'

/** What the tests look at in answers, whichever of it is there. */
export interface Body {
  readonly id: string
  readonly status: string
  readonly detail: string
  readonly contactId: string | null
  readonly contacts: { readonly id: string; readonly name: string }[]
  readonly leads: { readonly id: string }[]
  readonly nextCursor: string | null
  readonly errors: { readonly field: string; readonly message: string }[]
}

export interface Answer extends Response {
  json(): Promise<Body>
}

/** The service inside the test's process, over a real database and the sandbox. */
export interface Service {
  readonly config: Config
  readonly db: Database
  readonly database: TestDatabase
  readonly queue: JobQueueHandle
  readonly outside: Outside
  readonly cache: Cache
  readonly activities: Activities
  readonly monitor: Monitor
  readonly errors: ErrorRecorder
  readonly sandboxUrl: string
  /** `ask('GET /api/contacts')`, `ask('POST /api/contacts', { cookie, json })` */
  readonly ask: (what: string, options?: AskOptions) => Promise<Answer>
  /** Signs in as one of the sandbox's users. @returns the Cookie header of the session */
  readonly signIn: (email: string) => Promise<string>
  /** Starts to run jobs; they stop with the service. */
  readonly runJobs: () => Promise<void>
  /** Who follows live; nobody hears what is published before `serve`. */
  readonly realtime: Hub
  /** Serves on a port of this machine, as the api does, until the service stops. Without a port: on one that is free. */
  readonly serve: (port?: number) => Promise<Listening & { readonly listener: Listener }>
  readonly stop: () => Promise<void>
}

export interface AskOptions {
  readonly cookie?: string
  readonly json?: unknown
  /** Sent as it is. */
  readonly body?: string
  readonly headers?: Record<string, string>
}

/** @param env settings on top of the tests' own */
export const startService = async (env: Record<string, string> = {}): Promise<Service> => {
  const [database, sandbox] = await Promise.all([startDatabase(), startSandbox()])
  const config = readConfig({
    APP_ENV: 'test',
    DATABASE_URL: database.url,
    PUBLIC_URL: publicUrl,
    BACKUP_DIR: `${database.folder}-backups`,
    ...sandboxEnvironment(sandbox.url, sandbox.smtpUrl),
    ...env,
  })
  const { db, close } = openDatabase(database.url, 'test')
  const queue = openJobQueue(database.url, 'test', 'supervise')
  await migrate(db)
  await queue.start()
  const errors = recordErrors(db)
  const deps = openDeps({ config, db, jobs: queue, isPrepared: () => true }, 500)
  const { outside, cache, activities, audit, realtime, monitor, live } = deps
  const app = createServer(deps)
  const ending: (() => unknown)[] = []

  const ask: Service['ask'] = async (what, { cookie, json, body, headers = {} } = {}) => {
    const [method = '', path = ''] = what.split(' ')
    return (await app.request(path.startsWith('/') ? publicUrl + path : path, {
      method,
      headers: {
        ...(cookie !== undefined && { cookie }),
        ...(json !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...((json !== undefined || body !== undefined) && { body: body ?? JSON.stringify(json) }),
    })) as Answer
  }

  return {
    config,
    db,
    database,
    queue,
    outside,
    cache,
    activities,
    monitor,
    errors,
    sandboxUrl: sandbox.url,
    ask,
    signIn: async (email) => {
      const begun = await ask(`GET /api/auth/login?${new URLSearchParams({ login_hint: email })}`)
      const approved = await fetch(begun.headers.get('location') ?? '', { redirect: 'manual' })
      const back = await ask(`GET ${approved.headers.get('location')}`, { cookie: cookieOf(begun, 'crm_sign_in') })
      return cookieOf(back, 'crm_session')
    },
    runJobs: () => startWorkers(queue, jobHandlers(deps)),
    realtime,
    serve: async (port = 0) => {
      const listener = listenToEvents(database.url, 'test', realtime)
      const server = await listen(app, { host: '127.0.0.1', port })
      ending.push(listener.stop, server.close)
      return { ...server, listener }
    },
    stop: async () => {
      realtime.close()
      live.stop()
      for (const end of ending) await end()
      await queue.stop(5_000)
      monitor.stop()
      await errors.stop()
      await outside.close()
      await activities.stop()
      await audit.stop()
      await close()
      await Promise.all([sandbox.stop(), database.remove()])
    },
  }
}

/** `name=value` of a cookie that an answer sets. */
export const cookieOf = (response: Response, name: string): string => {
  const cookie = response.headers.getSetCookie().find((one) => one.startsWith(`${name}=`))
  if (!cookie) throw new Error(`no cookie ${name} in the answer ${response.status}`)
  return cookie.split(';', 1)[0] ?? ''
}
