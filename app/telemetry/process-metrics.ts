import { counter, observe } from './instruments.ts'

/** What the operating system knows of this process, under the names that Prometheus' own clients give it. */
export const observeProcess = (version: string): void => {
  const startedAt = Date.now() / 1_000 - process.uptime()
  observe('process_start_time_seconds', () => [{ value: startedAt, labels: { version } }])
  let counted = 0
  observe('process_resident_memory_bytes', () => {
    // The SDK reads observed gauges before it collects counters: both are of the same moment.
    const { user, system } = process.cpuUsage()
    const used = (user + system) / 1e6
    counter('process_cpu_seconds_total').add(used - counted)
    counted = used
    return [{ value: process.memoryUsage.rss() }]
  })
}
