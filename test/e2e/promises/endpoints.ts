/**
 * The endpoints that were promised, by hand from the operations documents: who may ask, and which fields the answer has.
 * `a.b` is a field of a field, `a[].b` a field of each item of a list (which may be empty).
 */
export interface PromisedEndpoint {
  readonly path: string
  readonly as: 'anybody' | 'user' | 'operator'
  readonly fields: readonly string[]
}

const historyRow = [
  'timestamp',
  'cpuUsage',
  'memoryUsage',
  'apiAvgResponseTime',
  'apiRequestsPerMinute',
  'apiErrorRate',
  'dbAvgQueryTime',
  'dbQueriesPerMinute',
  'socketActiveConnections',
  'socketEventsPerMinute',
]

export const endpoints: readonly PromisedEndpoint[] = [
  // A
  {
    path: '/api/crm/stats/system-status',
    as: 'user',
    fields: [
      'db.connected',
      'billy.configured',
      'billy.reachable',
      'google.configured',
      'google.gmailReachable',
      'google.calendarIdPresent',
    ],
  },
  {
    path: '/api/crm/stats/event-metrics',
    as: 'user',
    fields: ['totalEvents', 'eventsByType', 'topEvents', 'database', 'lastUpdated'],
  },
  // B
  {
    path: '/health',
    as: 'anybody',
    fields: [
      'status',
      'timestamp',
      'service',
      'dependencies.database',
      'dependencies.job_queue',
      'dependencies.ghl_api',
      'dependencies.aloware_api',
      'dependencies.verity_api',
    ],
  },
  { path: '/api/admin/events?source=ghl&status=pending', as: 'operator', fields: [] },
  { path: '/api/admin/sync-log?status=error', as: 'operator', fields: [] },
  // C
  { path: '/api/admin/integrations/stats', as: 'operator', fields: [] },
  { path: '/api/admin/integrations/health', as: 'operator', fields: [] },
  { path: '/api/admin/integrations/sync-activity?limit=100', as: 'operator', fields: [] },
  { path: '/api/admin/integrations/errors?limit=50', as: 'operator', fields: [] },
  { path: '/api/admin/integrations/performance', as: 'operator', fields: [] },
  // D
  {
    path: '/api/monitoring/snapshot',
    as: 'operator',
    fields: [
      'success',
      ...[
        'timestamp',
        'system.cpu.usage',
        'system.cpu.cores',
        'system.memory.total',
        'system.memory.used',
        'system.memory.free',
        'system.memory.usagePercent',
        'system.uptime',
        'api.avgResponseTime',
        'api.totalRequests',
        'api.errorRate',
        'api.requestsPerMinute',
        'database.avgQueryTime',
        'database.totalQueries',
        'database.slowQueries',
        'queues[].queueName',
        'queues[].waiting',
        'queues[].active',
        'queues[].completed',
        'queues[].failed',
        'queues[].delayed',
        'socket.totalEvents',
        'socket.activeConnections',
        'socket.eventsPerMinute',
      ].map((field) => `data.${field}`),
    ],
  },
  {
    path: '/api/monitoring/historical?hours=24',
    as: 'operator',
    fields: ['success', ...historyRow.map((field) => `data[].${field}`)],
  },
  {
    path: '/api/monitoring/api-metrics?limit=100',
    as: 'operator',
    fields: [
      'success',
      ...['timestamp', 'endpoint', 'method', 'statusCode', 'responseTime'].map((field) => `data[].${field}`),
    ],
  },
  { path: '/api/monitoring/errors?limit=50', as: 'operator', fields: ['success', 'data'] },
  { path: '/api/monitoring/alerts?status=active', as: 'operator', fields: ['success', 'data'] },
  // E
  { path: '/health/live', as: 'anybody', fields: ['status'] },
  { path: '/health/ready', as: 'anybody', fields: ['status', 'checks'] },
  {
    path: '/health/detailed',
    as: 'user',
    fields: ['uptime', 'memory', 'database', 'redis', 'elasticsearch', 'queues', 'externalServices'],
  },
]

/** Actions, that only operators may take; asked here without any credential and with a wrong one. */
export const guardedActions: readonly string[] = [
  '/api/jobs/process-pending',
  '/api/admin/events/00000000-0000-4000-8000-000000000000/replay',
  '/api/admin/events/00000000-0000-4000-8000-000000000000/quarantine',
]

/** Webhooks in; asked here without a signature. */
export const webhooks: readonly string[] = [
  ...['ghl', 'aloware', 'verity', 'gmail', 'salesforce', 'hubspot', 'alertmanager'].map(
    (source) => `/api/webhooks/${source}`,
  ),
]

/** The fields of `value` that are missing among these. */
export const missingFields = (value: unknown, fields: readonly string[]): string[] =>
  fields.filter((field) => !has(value, field.split('.')))

const has = (value: unknown, [first, ...rest]: readonly string[]): boolean => {
  if (first === undefined) return value !== undefined
  if (typeof value !== 'object' || value === null) return false
  if (!first.endsWith('[]')) return has((value as Record<string, unknown>)[first], rest)
  const items = (value as Record<string, unknown>)[first.slice(0, -2)]
  return Array.isArray(items) && items.every((item) => has(item, rest))
}
