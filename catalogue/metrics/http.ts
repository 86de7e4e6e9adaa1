import { cap, counter, gauge, histogram, type Metric } from '../metric.ts'
import { errorTypes, httpMethods } from './values.ts'

const endpoint = cap(200, 'route templates, `unmatched` for paths without a route')
const status = cap(40, 'HTTP status codes that the service sends')

/** 0.2 and 0.5 are the objectives, 5 the bound of "slow operations"; the rest draws the curve between them. */
const apiBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10] as const

export const httpMetrics = {
  http_requests_total: counter({
    unit: '{request}',
    description: 'HTTP requests answered.',
    labels: { method: httpMethods, endpoint, status },
    source: 'app',
    services: ['api', 'mcp'],
  }),
  http_request_duration_seconds: histogram({
    unit: 's',
    description: 'Time from the request head to the last byte handed to the socket.',
    labels: { method: httpMethods, endpoint, status },
    buckets: apiBuckets,
    source: 'app',
    services: ['api', 'mcp'],
  }),
  http_errors_total: counter({
    unit: '{request}',
    description: 'HTTP requests answered with a status of 400 or more, by kind of error.',
    labels: { method: httpMethods, endpoint, error_type: errorTypes },
    source: 'app',
    services: ['api', 'mcp'],
  }),
  active_users_total: gauge({
    unit: '{user}',
    description: 'Users with a request in the last five minutes.',
    labels: { workspace: cap(100, 'workspace ids') },
    source: 'app',
    services: ['api'],
  }),
} as const satisfies Record<string, Metric>
