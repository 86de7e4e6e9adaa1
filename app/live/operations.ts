import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Deps } from '../deps.ts'
import { rounded } from '../monitoring/host.ts'
import type { LiveOperations } from './messages.ts'

/** How exactly delays of the event loop are measured, in milliseconds: as often it is looked at. */
const resolutionMs = 20

export interface OperationsReader {
  read(): Promise<LiveOperations>
  /** Measures delays of the event loop, which costs a little, or leaves off. */
  watch(isWatching: boolean): void
}

export const createOperationsReader = ({
  monitor,
  activeUsers,
}: Pick<Deps, 'monitor' | 'activeUsers'>): OperationsReader => {
  const delays = monitorEventLoopDelay({ resolution: resolutionMs })
  const cpuPercent = cpuReader()
  return {
    watch: (isWatching) => {
      if (isWatching) delays.enable()
      else delays.disable()
    },
    read: async () => {
      const snapshot = await monitor.snapshot()
      const { rss, heapUsed } = process.memoryUsage()
      return {
        at: new Date().toISOString(),
        snapshot,
        process: {
          uptimeSeconds: Math.round(process.uptime()),
          rssBytes: rss,
          heapUsedBytes: heapUsed,
          cpuPercent: cpuPercent(),
          eventLoopP99Ms: p99Of(delays),
        },
        p95Ms: p95Of(lastMinute(monitor)),
        activeUsers: activeUsers.count().reduce((sum, { users }) => sum + users, 0),
        alerts: monitor.activeAlerts(),
      }
    },
  }
}

/** Of what was measured since the last reading. The histogram holds the time from one look to the next: a free loop has none of it. */
const p99Of = (delays: ReturnType<typeof monitorEventLoopDelay>): number => {
  const ms = delays.count === 0 ? 0 : delays.percentile(99) / 1e6 - resolutionMs
  delays.reset()
  return rounded(Math.max(0, ms), 1)
}

/** Per cent of one processor since the reading before. */
const cpuReader = (): (() => number) => {
  let before = { cpu: process.cpuUsage(), at: performance.now() }
  return () => {
    const now = { cpu: process.cpuUsage(), at: performance.now() }
    const used = (now.cpu.user + now.cpu.system - before.cpu.user - before.cpu.system) / 1_000
    const percent = (100 * used) / Math.max(1, now.at - before.at)
    before = now
    return rounded(percent, 1)
  }
}

const lastMinute = (monitor: Pick<Deps['monitor'], 'recentRequests'>): number[] => {
  const since = Date.now() - 60_000
  return monitor
    .recentRequests(1_000)
    .filter(({ at }) => at >= since)
    .map(({ durationMs }) => durationMs)
}

/** The value that one in twenty is above; null of none. */
export const p95Of = (values: readonly number[]): number | null => {
  if (values.length === 0) return null
  const sorted = values.toSorted((a, b) => a - b)
  return rounded(sorted[Math.ceil(sorted.length * 0.95) - 1] ?? 0, 1)
}
