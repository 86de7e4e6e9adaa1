import { describe, expect, it } from 'vitest'
import type { LiveOperations } from '../../../live/messages.ts'
import { columnsOf, type Point, withLive } from './fold.ts'

const row = (timestamp: string, cpuUsage: number) => ({
  timestamp,
  cpuUsage,
  memoryUsage: 40,
  apiAvgResponseTime: 12,
  apiRequestsPerMinute: 90,
  apiErrorRate: 1,
  dbAvgQueryTime: 2,
  dbQueriesPerMinute: 300,
  socketActiveConnections: 3,
  socketEventsPerMinute: 7,
})

const told = (timestamp: string, usage: number): LiveOperations => ({
  at: timestamp,
  snapshot: {
    timestamp,
    system: { cpu: { usage, cores: 2 }, memory: { total: 10, used: 5, free: 5, usagePercent: 50 }, uptime: 9 },
    api: { avgResponseTime: 20, totalRequests: 60, errorRate: 2, requestsPerMinute: 61 },
    database: { avgQueryTime: 4, totalQueries: 200, slowQueries: 1 },
    queues: [],
    socket: { totalEvents: 100, activeConnections: 5, eventsPerMinute: 8 },
  },
  process: { uptimeSeconds: 1, rssBytes: 1, heapUsedBytes: 1, cpuPercent: 1, eventLoopP99Ms: 1 },
  p95Ms: 30,
  activeUsers: 2,
  alerts: [],
})

const point = (at: number, cpu: number): Point => ({
  at,
  cpu,
  memory: 0,
  response: 0,
  requests: 0,
  errors: 0,
  query: 0,
  queries: 0,
  connections: 0,
  events: 0,
})

describe('the history and what is told live', () => {
  it('are one line: nothing twice, and nothing from before', () => {
    const history = [row('1970-01-01T00:01:00Z', 10), row('1970-01-01T00:02:00Z', 20)]
    const live = [told('1970-01-01T00:02:00Z', 25), told('1970-01-01T00:02:02Z', 30)]
    const points = withLive(history, live, 90)
    expect(points.map(({ at, cpu }) => [at, cpu])).toEqual([
      [120, 20],
      [122, 30],
    ])
    expect(points[0]).toEqual({
      ...{ at: 120, cpu: 20, memory: 40, response: 12, requests: 90 },
      ...{ errors: 1, query: 2, queries: 300, connections: 3, events: 7 },
    })
    expect(points[1]).toEqual({
      ...{ at: 122, cpu: 30, memory: 50, response: 20, requests: 61 },
      ...{ errors: 2, query: 4, queries: 200, connections: 5, events: 8 },
    })
    expect(withLive([], live, 121).map(({ at }) => at)).toEqual([122])
  })

  it('have a gap where nothing was measured', () => {
    expect(columnsOf([point(0, 1), point(60, 2), point(300, 3), point(480, 4)], ['cpu'], 60)).toEqual({
      times: [0, 60, 120, 300, 480],
      values: { cpu: [1, 2, null, 3, 4] },
    })
    expect(columnsOf([], ['cpu'], 60)).toEqual({ times: [], values: { cpu: [] } })
  })
})
