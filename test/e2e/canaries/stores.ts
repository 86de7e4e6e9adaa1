import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { readState } from '../../../stack/launch/state.ts'
import type { Place } from '../../../stack/place.ts'
import { address, urlOf } from '../../../stack/ports.ts'

/** Somewhere that telemetry ends, as the bytes in which it is searched. */
export interface Store {
  readonly name: string
  /** Numbers end where letters begin; in protobuf the byte beside one may be any. */
  readonly isText: boolean
  /** What is in it came through the collector. */
  readonly isBehindCollector?: true
  /** The last of what was let through on purpose that must be found here; a trace's id where there are no words. */
  readonly control: 'marker' | 'trace id'
  /** Where reading is slow: whether the control is there, without reading everything. */
  hasArrived?(place: Place, window: Window): Promise<boolean>
  /** Undefined: it is not in this stack. */
  read(place: Place, window: Window): Promise<Buffer[] | undefined>
}

/** From before the first canary to after the control, in milliseconds. */
export interface Window {
  readonly since: number
  readonly until: number
  readonly marker: string
}

/** A server that has just come back, or is busy, is asked again. */
const ask = async (url: string, attempts = 5): Promise<Buffer> => {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(60_000) })
    const body = Buffer.from(await response.arrayBuffer())
    if (response.ok) return body
    throw new Error(`${url} answered ${response.status}: ${body.toString().slice(0, 300)}`)
  } catch (error) {
    if (attempts <= 1) throw error
    await sleep(2_000)
    return await ask(url, attempts - 1)
  }
}

/** As the launcher knows it: a server that is slow to answer is there all the same. */
export const hasTempo = (place: Place): boolean =>
  readState(place.run)?.services.some(({ name, state }) => name === 'tempo' && state !== 'missing') === true

const filesOf = (pattern: string, folder: string): Buffer[] =>
  globSync(pattern, { cwd: folder })
    .map((file) => join(folder, file))
    .filter((file) => existsSync(file))
    .map((file) => readFileSync(file))

/** All lines since then, with all their labels and structured metadata. */
const lokiLines = async (place: Place, { since }: Window): Promise<Buffer[]> => {
  const pages: Buffer[] = []
  let start = BigInt(since) * 1_000_000n
  for (;;) {
    const query = new URLSearchParams({
      query: '{service_name=~".+"}',
      start: String(start),
      end: String(BigInt(Date.now()) * 1_000_000n),
      limit: '5000',
      direction: 'forward',
    })
    const page = await ask(`${urlOf(place, 'loki')}/loki/api/v1/query_range?${query}`)
    pages.push(page)
    const { data } = JSON.parse(page.toString()) as { data: { result: { values: [string, string][] }[] } }
    // Nineteen digits each, so that their order as text is that of their time.
    const times = data.result.flatMap(({ values }) => values.map(([time]) => time)).toSorted()
    if (times.length < 5_000) return pages
    start = BigInt(times.at(-1) ?? start) + 1n
  }
}

const tempoSearch = async (place: Place, q: string, { since, until }: Window): Promise<Buffer> => {
  const range = { start: String(Math.floor(since / 1_000)), end: String(Math.ceil(until / 1_000)) }
  return await ask(`${urlOf(place, 'tempo')}/api/search?${new URLSearchParams({ q, limit: '20000', ...range })}`)
}

const idsIn = (found: Buffer): string[] =>
  (JSON.parse(found.toString()) as { traces?: { traceID: string }[] }).traces?.map(({ traceID }) => traceID) ?? []

/** Every trace of that time, one by one. */
const tempoTraces = async (place: Place, window: Window): Promise<Buffer[] | undefined> => {
  if (!hasTempo(place)) return undefined
  const found = await tempoSearch(place, '{}', window)
  const all = [found, await ask(`${urlOf(place, 'tempo')}/api/v2/search/tags`)]
  const ids = idsIn(found)
  const take = async () => {
    for (let id = ids.pop(); id !== undefined; id = ids.pop())
      all.push(await ask(`${urlOf(place, 'tempo')}/api/v2/traces/${id}`))
  }
  await Promise.all(Array.from({ length: 8 }, take))
  return all
}

const everySeries = encodeURIComponent('{__name__=~".+"}')

const prometheus = async (place: Place): Promise<Buffer[]> => {
  const url = `${urlOf(place, 'prometheus')}/api/v1`
  const names = JSON.parse((await ask(`${url}/labels`)).toString()) as { data: string[] }
  const pages = await Promise.all(names.data.map((name) => ask(`${url}/label/${name}/values`)))
  const asked = [`series?match[]=${everySeries}`, 'metadata', 'alerts', 'rules', 'targets']
  return [...pages, ...(await Promise.all(asked.map((path) => ask(`${url}/${path}`))))]
}

/** What operators look at and what the queue keeps: no product data, which may of course hold all this. */
const tables = {
  // An operator's own words stay where they were typed to, as the reason of a webhook that was put aside does.
  audit_log: `select (to_jsonb(t) - 'reason')::text as row from audit_log t`,
  error_groups: `select to_jsonb(t)::text as row from error_groups t`,
  error_occurrences: `select to_jsonb(t)::text as row from error_occurrences t`,
  integration_errors: `select to_jsonb(t)::text as row from integration_errors t`,
  sync_log: `select to_jsonb(t)::text as row from sync_log t`,
  user_activities: `select to_jsonb(t)::text as row from user_activities t`,
  webhook_errors: `select error_message as row from stored_webhook_events where error_message is not null`,
  statements: `select query as row from pg_stat_statements`,
} as const

const rows = async (place: Place, statements: readonly string[]): Promise<Buffer[]> => {
  const client = new pg.Client(`postgres://crm:crm@${address(place, 'postgres', 'postgres')}/crm`)
  await client.connect()
  try {
    const all: Buffer[] = []
    for (const text of statements) {
      const { rows } = await client.query<{ row: string }>(text)
      all.push(Buffer.from(rows.map(({ row }) => row).join('\n')))
    }
    return all
  } finally {
    await client.end()
  }
}

const collector = (place: Place) => join(place.data, 'collector')

/** The queues of the exporters, as they are on the disk while the backends are away. */
export const queueOnDisk: Store = {
  name: 'queue on disk',
  isBehindCollector: true,
  isText: false,
  control: 'marker',
  read: async (place) => filesOf('queue/*', collector(place)),
}

/** Everywhere that telemetry can be looked up. */
export const stores: readonly Store[] = [
  {
    name: 'kept traces',
    isBehindCollector: true,
    isText: true,
    control: 'marker',
    // Where a Tempo runs, traces are kept there.
    read: async (place) => {
      const files = filesOf('traces/*', collector(place))
      return files.length === 0 && hasTempo(place) ? undefined : files
    },
  },
  {
    name: 'Tempo',
    isBehindCollector: true,
    isText: true,
    control: 'marker',
    // Its search hides what is newer than half a minute.
    hasArrived: async (place, window) =>
      !hasTempo(place) || idsIn(await tempoSearch(place, `{ name = "GET /${window.marker}" }`, window)).length > 0,
    read: tempoTraces,
  },
  { name: 'Loki', isBehindCollector: true, isText: true, control: 'marker', read: lokiLines },
  { name: 'Prometheus', isBehindCollector: true, isText: true, control: 'marker', read: prometheus },
  {
    name: 'exemplars',
    isBehindCollector: true,
    isText: true,
    control: 'trace id',
    read: async (place, { since }) => {
      const range = new URLSearchParams({ start: String(since / 1_000), end: String(Date.now() / 1_000) })
      return [await ask(`${urlOf(place, 'prometheus')}/api/v1/query_exemplars?query=${everySeries}&${range}`)]
    },
  },
  {
    name: 'logs of all processes',
    isText: true,
    control: 'marker',
    read: async (place) => filesOf('*.log*', join(place.run, 'logs')),
  },
  {
    name: '/metrics of the processes',
    isText: true,
    control: 'marker',
    read: (place) =>
      Promise.all((['api', 'worker', 'mcp'] as const).map((name) => ask(`${urlOf(place, name, 'metrics')}/metrics`))),
  },
  {
    name: 'notifications',
    isText: true,
    control: 'marker',
    read: async (place) => [await ask(`${urlOf(place, 'sandbox')}/inbox.json`)],
  },
  {
    name: 'alerts',
    isText: true,
    control: 'marker',
    read: async (place) => [await ask(`${urlOf(place, 'alertmanager')}/api/v2/alerts`)],
  },
  {
    name: 'error groups and journals',
    isText: true,
    control: 'marker',
    read: (place) => rows(place, Object.values(tables)),
  },
  {
    name: 'job queue',
    isText: true,
    control: 'marker',
    read: (place) => rows(place, ['select to_jsonb(t)::text as row from pgboss.job t']),
  },
]
