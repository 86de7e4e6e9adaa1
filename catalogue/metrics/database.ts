import { cap, counter, gauge, histogram, type Metric } from '../metric.ts'
import { queryOperations } from './values.ts'

export const databaseMetrics = {
  database_query_duration_seconds: histogram({
    unit: 's',
    description: 'Time of one database query, waiting for a connection not included.',
    labels: { operation: queryOperations, table: cap(60, 'tables, `none` for statements without one') },
    // 0.05 and 0.1 are the objectives, 0.5 the bound of a "slow query".
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
    source: 'app',
    services: ['api', 'worker', 'mcp'],
  }),
  database_connections_active: gauge({
    unit: '{connection}',
    description: 'Connections of the pool that are running a query.',
    labels: { database: cap(5, 'database names') },
    source: 'app',
    services: ['api', 'worker', 'mcp'],
  }),
  database_connection_failures_total: counter({
    unit: '{connection}',
    description: 'Attempts to connect to the database, or to get a connection from the pool, that failed.',
    labels: {},
    source: 'app',
    services: ['api', 'worker', 'mcp'],
  }),
  postgres_up: gauge({
    unit: '1',
    description: '1 when `select 1` was answered within 2 s, else 0; asked every 5 s.',
    labels: { database: cap(5, 'database names') },
    source: 'app',
    services: ['api', 'worker', 'mcp'],
  }),
} as const satisfies Record<string, Metric>
