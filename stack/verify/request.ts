import { randomBytes } from 'node:crypto'
import { instant, select, sum, type Vector } from '../../catalogue/promql.ts'
import { signIn } from '../load/sign-in.ts'
import { findTrace, logsOfTrace, type TraceSource } from '../queries/find-trace.ts'
import { ask } from '../queries/http.ts'
import { runQuery } from '../queries/run-query.ts'
import { parseRange } from '../queries/time-range.ts'
import type { Check, Finding } from './check.ts'

/** Base addresses. */
export interface RequestOptions extends TraceSource {
  readonly api: string
  readonly prometheus: string
  readonly loki: string
}

/** What was sent, and what the counter said before. */
interface Sent {
  readonly traceId: string
  readonly countedBefore: number
  /** Address of the contact that was made, and the session with which it can be removed. */
  readonly contact: string
  readonly cookie: string
}

export interface FreshRequest {
  readonly checks: readonly Check[]
  /** Removes what the request left in the CRM. Only at the end: its jobs need it. */
  readonly cleanUp: () => Promise<void>
}

const group = 'One fresh request'

/**
 * Signs in through the sandbox, creates a contact under a trace id of our own (which also enqueues jobs), and asks for a page
 * that does not exist; then that request must be found in each backend. It is sent once; the checks wait for it.
 */
export const freshRequest = ({ api, prometheus, loki, tempo, tracesFolder }: RequestOptions): FreshRequest => {
  let sending: Promise<Sent> | undefined
  /** A failure is not kept: the next round tries again. */
  const sent = (signal: AbortSignal): Promise<Sent> => {
    sending ??= send(api, prometheus, signal).catch((error: unknown) => {
      sending = undefined
      throw error
    })
    return sending
  }
  const check = (name: string, find: (sent: Sent, signal: AbortSignal) => Promise<Finding>): Check => ({
    group,
    name,
    run: async (signal) => find(await sent(signal), signal),
  })
  const checks = [
    check('is answered', async ({ traceId }) => ({ state: 'ok', note: `trace id ${traceId}` })),
    check('is counted under its route in Prometheus', async ({ countedBefore }, signal) => {
      const now = await counted(prometheus, signal)
      return now > countedBefore ? { state: 'ok' } : { state: 'empty', note: `${created.text} is still ${now}` }
    }),
    check('is found as a log in Loki by its trace id', async ({ traceId }, signal) => findLog(loki, traceId, signal)),
    check(
      tempo === undefined
        ? 'is found in the collector’s file of kept traces'
        : 'is found as a trace in Tempo by its id',
      ({ traceId }, signal) => findWhole({ tempo, tracesFolder }, traceId, signal),
    ),
  ]
  const cleanUp = async (): Promise<void> => {
    const { contact, cookie } = (await sending?.catch(() => undefined)) ?? {}
    if (contact && cookie)
      await ask(contact, new AbortController().signal, { method: 'DELETE', headers: { cookie } }).catch(() => undefined)
  }
  return { checks, cleanUp }
}

/** The request that the checks look for. */
const route = '/api/contacts'
const created: Vector = sum(instant(select('http_requests_total', { method: 'POST', endpoint: route })))

const counted = async (prometheus: string, signal: AbortSignal): Promise<number> => {
  const found = await runQuery(
    { prometheus },
    { datasource: 'prometheus', mode: 'instant', stepMs: 15_000, text: created.text },
    parseRange('now-1m', 'now'),
    { signal },
  )
  return found.kind === 'series' ? (found.series[0]?.points[0]?.[1] ?? 0) : 0
}

const send = async (api: string, prometheus: string, signal: AbortSignal): Promise<Sent> => {
  const countedBefore = await counted(prometheus, signal)
  const { header: cookie } = await signIn(api, 'anna@crm.example', (url, init) => ask(url, signal, init))
  const traceId = randomBytes(16).toString('hex')
  const headers = {
    cookie,
    'content-type': 'application/json',
    traceparent: `00-${traceId}-${randomBytes(8).toString('hex')}-01`,
  }
  const body = JSON.stringify({ name: 'Verifier', email: `verifier+${traceId.slice(0, 8)}@crm.example` })
  const response = await ask(`${api}${route}`, signal, { method: 'POST', headers, body })
  if (response.status !== 201) throw new Error(`POST ${route} answered ${response.status}: ${await response.text()}`)
  const { id } = (await response.json()) as { id: string }
  // An error on purpose, so that errors have a series also where nothing else goes wrong.
  await ask(`${api}/api/no-such-page`, signal, { headers: { cookie } })
  return { traceId, countedBefore, contact: `${api}${route}/${id}`, cookie }
}

const findLog = async (loki: string, traceId: string, signal: AbortSignal): Promise<Finding> => {
  const { text } = logsOfTrace(traceId)
  const found = await runQuery(
    { loki },
    { datasource: 'loki', mode: 'range', stepMs: 15_000, text },
    parseRange('now-10m', 'now'),
    { signal },
  )
  const lines = found.kind === 'logs' ? found.lines.length : 0
  return lines > 0 ? { state: 'ok', note: `${lines} lines` } : { state: 'empty', note: `nothing for ${text}` }
}

/** Creating a contact enqueues jobs: one trace goes from the api into the worker. */
const findWhole = async (source: TraceSource, traceId: string, signal: AbortSignal): Promise<Finding> => {
  const spans = await findTrace(source, traceId, signal)
  if (spans.length === 0) return { state: 'empty', note: `nothing in ${source.tempo ?? source.tracesFolder}` }
  const missing = ['api', 'worker'].filter((service) => !spans.some((span) => span.service === service))
  return missing.length === 0 ? { state: 'ok' } : { state: 'empty', note: `without spans of ${missing.join(' and ')}` }
}
