import { context, propagation, ROOT_CONTEXT, SpanKind } from '@opentelemetry/api'
import { jobErrorReasons, type queueNames, serviceBusQueues } from '../../catalogue/metrics/values.ts'
import { counter, histogram } from './instruments.ts'
import { mainSpan, requestContext, withRequestContext } from './request-context.ts'
import { errorSeen } from './seen-errors.ts'
import { runInSpan } from './spans.ts'

export type QueueName = (typeof queueNames)[number]
export type JobErrorReason = (typeof jobErrorReasons)[number]

/** What a job carries of the request that enqueued it. Strings only: it is stored as JSON. */
export interface TraceContext {
  traceparent?: string
  tracestate?: string
  correlationId?: string
}

/** A job as `runJob` needs it; pg-boss's `Job` fits. */
export interface TracedJob {
  readonly id: string
  readonly data: { readonly trace?: TraceContext | undefined }
}

const durations = histogram('job_processing_duration_seconds')
const failures = counter('job_failures_total')
const messagesProcessed = counter('service_bus_messages_processed_total')
const messagesFailed = counter('service_bus_messages_failed_total')

type ServiceBusQueue = (typeof serviceBusQueues)[number]
const isServiceBus = (queue: QueueName): queue is ServiceBusQueue =>
  serviceBusQueues.some((serviceBusQueue) => serviceBusQueue === queue)

/** Counts the end of one attempt under the name of its kind: a background job, or a message of the service bus. */
const measureEnd = (queue: QueueName, startedAt: number, failure: JobErrorReason | undefined): void => {
  if (isServiceBus(queue)) {
    const messages = failure ? messagesFailed : messagesProcessed
    messages.add(1, { queue_name: queue })
    return
  }
  const status = failure ? 'failed' : 'completed'
  durations.record((performance.now() - startedAt) / 1_000, { job_type: queue, status })
  if (failure) failures.add(1, { job_type: queue, error_reason: failure })
}

/**
 * The active trace and correlation id, to be stored in a job's data under `trace`.
 * It also marks the server span with `crm.enqueues_job`: the collector keeps every such trace, since an error in the job
 * may come after the decision.
 */
export const injectTraceContext = (): TraceContext => {
  const carrier: TraceContext = {}
  propagation.inject(context.active(), carrier)
  const correlationId = requestContext()?.correlationId
  if (correlationId !== undefined) carrier.correlationId = correlationId
  mainSpan()?.setAttribute('crm.enqueues_job', true)
  return carrier
}

const messaging = (queue: QueueName, operation: 'send' | 'process') => ({
  'messaging.system': 'pg-boss',
  'messaging.destination.name': queue,
  'messaging.operation.name': operation,
  'messaging.operation.type': operation,
})

/**
 * A producer span `send <queue>` around the enqueueing; the job's span becomes its child.
 * `sendJob('search-indexing', (trace) => boss.send('search-indexing', { contactId, trace }))`
 */
export const sendJob = <T>(queue: QueueName, send: (trace: TraceContext) => Promise<T>): Promise<T> =>
  runInSpan(`send ${queue}`, { kind: SpanKind.PRODUCER, attributes: messaging(queue, 'send') }, (span) => {
    span.setAttribute('crm.enqueues_job', true)
    return send(injectTraceContext())
  })

/**
 * Runs one attempt at a job: a consumer span `process <queue>` in the trace of the request that enqueued it, its correlation
 * id in every log line, `job_processing_duration_seconds` and, when it fails, `job_failures_total`; queues of the service bus
 * have `service_bus_messages_processed_total` and `service_bus_messages_failed_total` in their place.
 * @throws what `handler` throws, so that the queue retries
 */
export const runJob = async <J extends TracedJob, T>(
  queue: QueueName,
  job: J,
  handler: (job: J) => Promise<T>,
): Promise<T> => {
  const carrier = traceOf(job)
  const startedAt = performance.now()
  const attributes = { ...messaging(queue, 'process'), 'messaging.message.id': job.id }
  return context.with(propagation.extract(ROOT_CONTEXT, carrier), () =>
    withRequestContext({ correlationId: carrier.correlationId ?? job.id }, () =>
      runInSpan(`process ${queue}`, { kind: SpanKind.CONSUMER, attributes }, async () => {
        try {
          const result = await handler(job)
          measureEnd(queue, startedAt, undefined)
          return result
        } catch (thrown) {
          measureEnd(queue, startedAt, jobErrorReason(thrown))
          errorSeen(thrown, { component: 'jobs', queue })
          throw thrown
        }
      }),
    ),
  )
}

/** The context a job carries; whatever else stands there (old jobs, hand-written ones) counts as none. */
const traceOf = (job: TracedJob): TraceContext => {
  const stored: unknown = job.data?.trace
  if (typeof stored !== 'object' || stored === null) return {}
  return Object.fromEntries(Object.entries(stored).filter(([, value]) => typeof value === 'string'))
}

const unreachable = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'EHOSTUNREACH',
  'UND_ERR_SOCKET',
])

/** Why a job failed: the error's own `reason` where it states one of ours, else by what it looks like. */
export const jobErrorReason = (thrown: unknown): JobErrorReason => {
  const seen: unknown[] = []
  for (let error = thrown; error !== undefined && error !== null && seen.length < 5; error = causeOf(error)) {
    seen.push(error)
    const reason = reasonOf(error)
    if (reason) return reason
  }
  return 'internal'
}

const causeOf = (error: unknown): unknown => (error instanceof Error ? error.cause : undefined)

const reasonOf = (error: unknown): JobErrorReason | undefined => {
  if (typeof error !== 'object' || error === null) return undefined
  const { reason, name, code, status } = error as Record<string, unknown>
  const stated = jobErrorReasons.find((known) => known === reason)
  if (stated) return stated
  if (name === 'TimeoutError' || name === 'AbortError' || code === 'ETIMEDOUT' || code === 'UND_ERR_HEADERS_TIMEOUT')
    return 'timeout'
  if (status === 429) return 'rate_limited'
  if (typeof code === 'string' && (unreachable.has(code) || /^(08|57P)/.test(code))) return 'dependency_unavailable'
  if (typeof status === 'number' && status >= 500) return 'dependency_unavailable'
  if (name === 'ZodError' || (typeof status === 'number' && status >= 400)) return 'invalid_data'
  return undefined
}
