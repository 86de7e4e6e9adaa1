import { pause } from '../pace.ts'
import { type Sent, sentWebhooks } from './webhooks.ts'

/** One figure beside its limit. */
export interface Finding {
  readonly what: string
  readonly measured: string
  readonly limit: string
  readonly ok: boolean
}

export interface Places {
  readonly api: string
  readonly sandbox: string
  readonly prometheus: string
  /** `DF_ADMIN_SECRET`. */
  readonly adminSecret: string
}

/** Milliseconds in which everything that was begun must be done: retries back off up to five minutes. */
const settleMs = 8 * 60_000

/** Webhooks: each one that was accepted stands in the service, by its id, and none is still waiting. */
export const webhookFinding = async (places: Places): Promise<Finding> => {
  const what = 'webhooks lost (sent − processed − quarantined − error, by id)'
  const settled = await untilSettled(async () => {
    const sent = await sentWebhooks(places.sandbox)
    const stored = await storedEvents(places)
    const lost = lostEvents(sent, stored)
    const pending = [...stored.values()].filter((status) => status === 'pending').length
    return { done: sent.waiting === 0 && pending === 0 && lost.length === 0, sent, stored, lost, pending }
  })
  const { sent, stored, lost, pending } = settled
  const count = (status: string) => [...stored.values()].filter((one) => one === status).length
  return {
    what,
    measured: `${lost.length} of ${Object.keys(sent.byEventId).length} (${count('processed')} processed, ${count('error')} error, ${count('quarantined')} quarantined, ${pending} pending)`,
    limit: '0, none pending',
    ok: lost.length === 0 && pending === 0,
  }
}

/** Ids that the sandbox was told were accepted, and that the service does not have. Those given up by the sender count as lost too. */
export const lostEvents = ({ byEventId }: Sent, stored: ReadonlyMap<string, string>): string[] =>
  Object.keys(byEventId).filter((id) => !stored.has(id))

/** Every event of the service: id of the provider → status. */
const storedEvents = async (places: Places): Promise<Map<string, string>> => {
  const stored = new Map<string, string>()
  let cursor: string | null = null
  do {
    const query = new URLSearchParams({ limit: '100', ...(cursor && { cursor }) })
    const page = (await operatorAsks(places, `/api/admin/events?${query}`)) as {
      events: { eventId: string; status: string }[]
      nextCursor: string | null
    }
    for (const { eventId, status } of page.events) stored.set(eventId, status)
    cursor = page.nextCursor
  } while (cursor !== null)
  return stored
}

/** Jobs: a while after the traffic nothing waits, runs or was given up. */
export const jobFinding = async (places: Places): Promise<Finding> => {
  const { left, dead } = await untilSettled(async () => {
    const snapshot = (await operatorAsks(places, '/api/monitoring/snapshot')) as {
      data: { queues: { queueName: string; waiting: number; active: number; delayed: number; failed: number }[] }
    }
    const busy = snapshot.data.queues.filter(({ waiting, active, delayed }) => waiting + active + delayed > 0)
    const failed = snapshot.data.queues.filter((queue) => queue.failed > 0)
    return { done: busy.length === 0, left: busy, dead: failed }
  })
  const name = (queues: readonly { queueName: string }[]) => queues.map(({ queueName }) => queueName).join(', ')
  return {
    what: 'jobs that are stuck',
    measured: `${left.length === 0 ? 'none' : `in ${name(left)}`}; given up ${dead.length === 0 ? 'none' : `in ${name(dead)}`}`,
    limit: 'none',
    ok: left.length === 0 && dead.length === 0,
  }
}

/** The heap's floor in the last quarter of the run over that in the second: what garbage collection cannot give back. */
export const memoryFindings = async ({ prometheus }: Places, seconds: number): Promise<Finding[]> => {
  const quarter = Math.max(60, Math.round(seconds / 4))
  const floor = async (offsetSeconds: number): Promise<Map<string, number>> => {
    const query = `min_over_time(sum by (job) (v8js_memory_heap_used_bytes)[${quarter}s:5s] offset ${offsetSeconds}s)`
    const answer = await fetch(`${prometheus}/api/v1/query?${new URLSearchParams({ query })}`)
    const { data } = (await answer.json()) as {
      data: { result: { metric: { job: string }; value: [number, string] }[] }
    }
    return new Map(data.result.map(({ metric, value }) => [metric.job, Number(value[1])]))
  }
  const [early, late] = await Promise.all([floor(2 * quarter), floor(0)])
  return [...late].map(([job, bytes]) => {
    const before = early.get(job)
    const ratio = before === undefined ? undefined : bytes / before
    return {
      what: `memory of ${job} (floor of its heap, last quarter over second)`,
      measured:
        ratio === undefined ? 'unknown' : `${ratio.toFixed(2)} (${megabytes(before ?? 0)} → ${megabytes(bytes)})`,
      limit: `≤ ${mostGrowth}`,
      ok: ratio !== undefined && ratio <= mostGrowth,
    }
  })
}

/** Caches and pools still fill in the second quarter; a leak at this load would double the heap. */
const mostGrowth = 1.2

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`

const operatorAsks = async ({ api, adminSecret }: Places, path: string): Promise<unknown> => {
  const response = await fetch(`${api}${path}`, { headers: { authorization: `Bearer ${adminSecret}` } })
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`)
  return await response.json()
}

const untilSettled = async <State extends { readonly done: boolean }>(look: () => Promise<State>): Promise<State> => {
  const never = new AbortController().signal
  const deadline = Date.now() + settleMs
  for (;;) {
    const state = await look()
    if (state.done || Date.now() > deadline) return state
    await pause(3_000, never)
  }
}

/** The findings as a table. */
export const verdict = (findings: readonly Finding[]): string => {
  const rows = [
    ['', 'what', 'measured', 'limit'],
    ...findings.map(({ ok, what, measured, limit }) => [ok ? '✓' : '✗', what, measured, limit]),
  ]
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
