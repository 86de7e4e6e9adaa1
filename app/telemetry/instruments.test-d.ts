/** What must not compile. Checked by `npm run typecheck`; nothing here runs. */
import { counter, gauge, histogram, observe } from './instruments.ts'

export const accepted = (): void => {
  counter('http_requests_total').add(1, { method: 'GET', endpoint: '/api/contacts/:id', status: '200' })
  counter('database_connection_failures_total').add(1)
  histogram('job_processing_duration_seconds').record(0.2, { job_type: 'search-indexing', status: 'failed' })
  gauge('postgres_up').set(1, { database: 'crm' })
  observe('queue_depth', async () => [{ value: 3, labels: { queue_name: 'contact-enrichment' } }])
}

export const refused = (): void => {
  // @ts-expect-error no such metric
  counter('http_request_total')
  // @ts-expect-error a gauge is no counter
  counter('postgres_up')
  // @ts-expect-error a counter is no histogram
  histogram('http_requests_total')
  // @ts-expect-error no such label
  counter('telemetry_dropped_total').add(1, { signal: 'logs', reason: 'full' })
  // @ts-expect-error a label is missing
  counter('http_requests_total').add(1, { method: 'GET', endpoint: '/api/contacts/:id' })
  // @ts-expect-error labels are missing altogether
  counter('telemetry_dropped_total').add(1)
  // @ts-expect-error this metric has no labels
  counter('database_connection_failures_total').add(1, { database: 'crm' })
  // @ts-expect-error not a value of a closed label
  counter('telemetry_dropped_total').add(1, { signal: 'profiles' })
  // @ts-expect-error not a status of jobs
  histogram('job_processing_duration_seconds').record(0.2, { job_type: 'search-indexing', status: 'done' })
  // @ts-expect-error a status is text
  counter('http_requests_total').add(1, { method: 'GET', endpoint: '/', status: 200 })
  // @ts-expect-error no such queue
  observe('queue_depth', async () => [{ value: 3, labels: { queue_name: 'mail' } }])
  // @ts-expect-error labels are missing
  observe('queue_depth', async () => [{ value: 3 }])
  // @ts-expect-error a counter cannot be observed
  observe('http_requests_total', async () => [])
}
