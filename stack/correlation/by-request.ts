/** Ways that begin with a request of our own, whose ids we know before anybody else does. */
import { randomBytes, randomUUID } from 'node:crypto'
import { signIn } from '../load/sign-in.ts'
import { ask } from '../queries/http.ts'
import type { DetailedSpan } from '../queries/span-details.ts'
import type { Direction } from './direction.ts'
import { lines, type Sites, series, trace } from './sites.ts'

interface Sent {
  readonly traceId: string
  /** The caller's own span, which nobody exports. */
  readonly callerId: string
  readonly correlationId: string
}

/** Creates a contact, which enqueues jobs, and removes it when its jobs have had their time. */
async function createContact(sites: Sites, cookie: string): Promise<Sent> {
  const [traceId, callerId] = [randomBytes(16).toString('hex'), randomBytes(8).toString('hex')]
  const correlationId = randomUUID()
  const headers = {
    cookie,
    'content-type': 'application/json',
    'x-correlation-id': correlationId,
    traceparent: `00-${traceId}-${callerId}-01`,
  }
  const body = JSON.stringify({ name: 'Correlation', email: `correlation+${traceId.slice(0, 8)}@crm.example` })
  const response = await ask(`${sites.api}/api/contacts`, sites.signal, { method: 'POST', headers, body })
  if (response.status !== 201) throw new Error(`POST /api/contacts answered ${response.status}`)
  const answered = response.headers.get('x-correlation-id')
  if (answered !== correlationId) throw new Error(`X-Correlation-ID ${correlationId} was answered with ${answered}`)
  made.push({ address: `${sites.api}/api/contacts/${((await response.json()) as { id: string }).id}`, cookie })
  return { traceId, callerId, correlationId }
}

const made: { readonly address: string; readonly cookie: string }[] = []

/** Removes what our own requests left in the CRM: only at the end, for their jobs need it. */
export async function cleanUp(): Promise<void> {
  for (const { address, cookie } of made.splice(0))
    await ask(address, new AbortController().signal, { method: 'DELETE', headers: { cookie } }).catch(() => undefined)
}

/** Some requests of our own, by one user. */
async function requests(sites: Sites, most: number): Promise<Sent[]> {
  const { header } = await signIn(sites.api, 'anna@crm.example', (url, init) => ask(url, sites.signal, init))
  const sent: Sent[] = []
  for (let i = 0; i < Math.min(most, 10); i++) sent.push(await createContact(sites, header))
  return sent
}

/** The span of the request itself: a child of the caller's. */
const entry = (spans: readonly DetailedSpan[], { callerId }: Sent): DetailedSpan | undefined =>
  spans.find(({ parentId, kind }) => parentId === callerId && kind === 'server')

const everywhere = '{service_name=~"api|worker|mcp"}'

export const byRequest: readonly Direction[] = [
  {
    from: 'client',
    to: 'api',
    how: 'traceparent of the request: the server span is a child of the caller’s span, in the caller’s trace',
    samples: async (sites, most) =>
      (await requests(sites, most)).map((sent) => ({
        what: `POST /api/contacts in trace ${sent.traceId}`,
        follow: async () => {
          const span = entry(await trace(sites, sent.traceId), sent)
          if (!span) return `no server span with the parent ${sent.callerId}`
          const said = `${span.service} ${span.name}`
          return said === 'api POST /api/contacts' ? undefined : `the span is ${said}`
        },
      })),
  },
  {
    from: 'api',
    to: 'queue → worker',
    how: 'the job carries traceparent and correlation id: one trace, lines in both services, metrics of the queue',
    samples: async (sites, most) =>
      (await requests(sites, most)).map((sent) => ({
        what: `POST /api/contacts in trace ${sent.traceId}`,
        follow: () => worked(sites, sent, ['contact-enrichment', 'search-indexing']),
      })),
  },
  {
    from: 'correlation id',
    to: 'logs → trace',
    how: 'X-Correlation-ID of the request: lines of api and worker carry it, and all name one trace',
    samples: async (sites, most) =>
      (await requests(sites, most)).map((sent) => ({
        what: `X-Correlation-ID ${sent.correlationId}`,
        follow: async () => {
          const found = await lines(sites, `${everywhere} | correlationId="${sent.correlationId}"`)
          const services = new Set(found.map(({ labels }) => labels.service_name))
          const silent = ['api', 'worker'].filter((service) => !services.has(service))
          if (silent.length > 0) return `no line of ${silent.join(' and ')}`
          const traces = [...new Set(found.map(({ labels }) => labels.trace_id))]
          if (traces.length !== 1 || traces[0] !== sent.traceId) return `its lines name the traces ${traces.join(', ')}`
          return entry(await trace(sites, sent.traceId), sent) ? undefined : 'the trace does not hold the request'
        },
      })),
  },
]

/** Whether each queue's job was done by the worker in the same trace, said so, and was counted. */
async function worked(sites: Sites, { traceId }: Sent, queues: readonly string[]): Promise<string | undefined> {
  const spans = await trace(sites, traceId)
  const byId = new Map(spans.map((span) => [span.spanId, span]))
  for (const queue of queues) {
    const done = spans.find(({ name, kind }) => name === `process ${queue}` && kind === 'consumer')
    if (done?.service !== 'worker') return `no span "process ${queue}" of the worker`
    const sent = byId.get(done.parentId)
    if (sent?.kind !== 'producer') return `the parent of "process ${queue}" is not the span that sent the job`
    if (sent.service === 'api' && !ancestors(sent, byId).some(({ kind }) => kind === 'server'))
      return `the job ${queue} was not sent within the request`
    const counter = `job_processing_duration_seconds_count{job="worker", job_type="${queue}", status="completed"}`
    if (!(((await series(sites, counter))[0]?.points[0]?.[1] ?? 0) > 0)) return `nothing for ${counter}`
  }
  const services = new Set(
    (await lines(sites, `${everywhere} | trace_id="${traceId}"`)).map(({ labels }) => labels.service_name),
  )
  const silent = ['api', 'worker'].filter((service) => !services.has(service))
  return silent.length > 0 ? `no line of ${silent.join(' and ')}` : undefined
}

function ancestors(span: DetailedSpan, byId: ReadonlyMap<string, DetailedSpan>): DetailedSpan[] {
  const parent = byId.get(span.parentId)
  return parent ? [parent, ...ancestors(parent, byId)] : []
}
