import { cap, counter, gauge, histogram, type Metric } from './metric.ts'

/** Methods the service answers; every other one is counted as `_OTHER`, as the semantic conventions say. */
export const httpMethods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', '_OTHER'] as const

/** `error.type` of every answer with a status ≥ 400 (`app/errors.ts` maps to these). */
export const errorTypes = [
  'malformed_request',
  'validation',
  'unauthorized',
  'forbidden',
  'not_found',
  'method_not_allowed',
  'conflict',
  'payload_too_large',
  'rate_limited',
  'dependency_unavailable',
  'timeout',
  'internal',
] as const

/** Routes that machines ask again and again. Their 503 is a message to a load balancer, not a user who was hurt. */
export const probeEndpoints = ['/health/live', '/health/ready'] as const

export const queryOperations = ['select', 'insert', 'update', 'delete', 'transaction', 'other'] as const

/** The queues, each with one kind of job. */
export const queueNames = ['contact-enrichment', 'search-indexing'] as const

export const jobStatuses = ['completed', 'failed'] as const

/** Why a job failed: what a person would do about it differs. */
export const jobErrorReasons = [
  'timeout',
  'dependency_unavailable',
  'rate_limited',
  'invalid_data',
  'internal',
] as const

/** Outside services, by the name their adapter bears. */
export const externalServices = ['enrichment', 'oauth'] as const

export const signals = ['traces', 'logs', 'metrics'] as const

const endpoint = cap(200, 'route templates, `unmatched` for paths without a route')
const status = cap(40, 'HTTP status codes that the service sends')

/** 0.2 and 0.5 are the objectives, 5 the bound of "slow operations"; the rest draws the curve between them. */
const apiBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10] as const

/** The metrics that the service's own processes emit, under exactly these names at `/metrics` and in Prometheus. */
export const metrics = {
  http_requests_total: counter({
    unit: '{request}',
    description: 'HTTP requests answered.',
    labels: { method: httpMethods, endpoint, status },
    source: 'app',
    services: ['api'],
  }),
  http_request_duration_seconds: histogram({
    unit: 's',
    description: 'Time from the request head to the last byte handed to the socket.',
    labels: { method: httpMethods, endpoint, status },
    buckets: apiBuckets,
    source: 'app',
    services: ['api'],
  }),
  http_errors_total: counter({
    unit: '{request}',
    description: 'HTTP requests answered with a status of 400 or more, by kind of error.',
    labels: { method: httpMethods, endpoint, error_type: errorTypes },
    source: 'app',
    services: ['api'],
  }),
  database_query_duration_seconds: histogram({
    unit: 's',
    description: 'Time of one database query, waiting for a connection not included.',
    labels: { operation: queryOperations, table: cap(60, 'tables, `none` for statements without one') },
    // 0.05 and 0.1 are the objectives, 0.5 the bound of a "slow query".
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
    source: 'app',
    services: ['api', 'worker'],
  }),
  database_connections_active: gauge({
    unit: '{connection}',
    description: 'Connections of the pool that are running a query.',
    labels: { database: cap(5, 'database names') },
    source: 'app',
    services: ['api', 'worker'],
  }),
  database_connection_failures_total: counter({
    unit: '{connection}',
    description: 'Attempts to connect to the database, or to get a connection from the pool, that failed.',
    labels: {},
    source: 'app',
    services: ['api', 'worker'],
  }),
  postgres_up: gauge({
    unit: '1',
    description: '1 when `select 1` was answered within 2 s, else 0; asked every 5 s.',
    labels: { database: cap(5, 'database names') },
    source: 'app',
    services: ['api', 'worker'],
  }),
  job_processing_duration_seconds: histogram({
    unit: 's',
    description: 'Time of one attempt at a job.',
    labels: { job_type: queueNames, status: jobStatuses },
    // 30 and 60 are the objectives, 5 the bound of "slow operations".
    buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 30, 60, 120],
    source: 'app',
    services: ['worker'],
  }),
  job_failures_total: counter({
    unit: '{job}',
    description: 'Attempts at a job that failed, by reason.',
    labels: { job_type: queueNames, error_reason: jobErrorReasons },
    source: 'app',
    services: ['worker'],
  }),
  queue_depth: gauge({
    unit: '{job}',
    description: 'Jobs waiting in a queue, read from the database every 5 s.',
    labels: { queue_name: queueNames },
    source: 'app',
    services: ['worker'],
  }),
  job_queue_depth: gauge({
    unit: '{job}',
    description: 'Jobs waiting in a queue of background jobs, read from the database every 5 s.',
    labels: { queue_name: queueNames },
    source: 'app',
    services: ['worker'],
  }),
  queue_oldest_job_age_seconds: gauge({
    unit: 's',
    description: 'Age of the oldest job waiting in a queue; 0 when none waits.',
    labels: { queue_name: queueNames },
    source: 'app',
    services: ['worker'],
  }),
  external_api_errors_total: counter({
    unit: '{call}',
    description: 'Calls to an outside service that failed (no answer, or a status of 400 or more).',
    labels: { service: externalServices, operation: cap(40, 'operations of the adapters') },
    source: 'app',
    services: ['api', 'worker'],
  }),
  active_users_total: gauge({
    unit: '{user}',
    description: 'Users with a request in the last five minutes.',
    labels: { workspace: cap(100, 'workspace ids') },
    source: 'app',
    services: ['api'],
  }),
  telemetry_dropped_total: counter({
    unit: '{record}',
    description: 'Spans and log records that the process dropped before the collector acknowledged them.',
    labels: { signal: signals },
    source: 'app',
    services: ['api', 'worker'],
  }),
} as const satisfies Record<string, Metric>

export type Metrics = typeof metrics
