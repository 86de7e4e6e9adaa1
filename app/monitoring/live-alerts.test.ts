import { describe, expect, it } from 'vitest'
import { alertsOf, LiveAlerts, quietSnapshots } from './live-alerts.ts'
import type { Snapshot } from './snapshot.ts'

const calm: Snapshot = {
  timestamp: '2026-11-21T11:00:00.000Z',
  system: {
    cpu: { usage: 80, cores: 2 },
    memory: { total: 100, used: 80, free: 20, usagePercent: 80 },
    uptime: 1,
  },
  api: { avgResponseTime: 500, totalRequests: 100, errorRate: 5, requestsPerMinute: 100 },
  database: { avgQueryTime: 1, totalQueries: 10, slowQueries: 0 },
  queues: [{ queueName: 'search-indexing', waiting: 100, active: 0, completed: 0, failed: 0, delayed: 0 }],
  socket: { totalEvents: 0, activeConnections: 0, eventsPerMinute: 0 },
}

describe('a snapshot', () => {
  it('raises nothing at the thresholds themselves', () => {
    expect(alertsOf(calm)).toEqual([])
  })

  it.each<[string, string, Partial<Snapshot>, Record<string, unknown>]>([
    ['slow-query', 'warning', { database: { ...calm.database, slowQueries: 1 } }, { value: 1, threshold: 500 }],
    [
      'high-queue',
      'warning',
      { queues: [{ queueName: 'search-indexing', waiting: 101, active: 0, completed: 0, failed: 0, delayed: 0 }] },
      { value: 101, threshold: 100, queueName: 'search-indexing' },
    ],
    [
      'high-cpu',
      'critical',
      { system: { ...calm.system, cpu: { usage: 80.1, cores: 2 } } },
      { value: 80.1, threshold: 80 },
    ],
    [
      'high-memory',
      'critical',
      { system: { ...calm.system, memory: { ...calm.system.memory, usagePercent: 81 } } },
      { value: 81, threshold: 80 },
    ],
    ['slow-api', 'warning', { api: { ...calm.api, avgResponseTime: 501 } }, { value: 501, threshold: 500 }],
    ['high-error-rate', 'critical', { api: { ...calm.api, errorRate: 5.01 } }, { value: 5.01, threshold: 5 }],
  ])('raises %s as %s', (type, severity, change, data) => {
    const [alert, ...others] = alertsOf({ ...calm, ...change })
    expect(others).toEqual([])
    expect(alert).toMatchObject({ type, severity, data, message: expect.stringMatching(/\.$/) })
  })
})

it('an alert lives on through a few quiet snapshots, and ends after that', () => {
  const alerts = new LiveAlerts()
  const hot = { ...calm, system: { ...calm.system, cpu: { usage: 99, cores: 2 } } }
  alerts.update(hot)
  for (let n = 1; n < quietSnapshots; n++) alerts.update(calm)
  expect(alerts.active().map(({ type }) => type)).toEqual(['high-cpu'])
  alerts.update(hot)
  for (let n = 1; n < quietSnapshots; n++) alerts.update(calm)
  expect(alerts.active()).toHaveLength(1)
  alerts.update(calm)
  expect(alerts.active()).toEqual([])
})
