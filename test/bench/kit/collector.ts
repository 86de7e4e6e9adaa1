import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { ensureServer } from '../../../stack/launch/server-build.ts'
import { root } from '../../../stack/place.ts'
import { collectorMemory } from '../../../stack/servers/otelcol-memory.ts'
import { freePort, until } from '../../integration/telemetry/harness.ts'

export interface BenchCollector {
  /** Where OTLP over HTTP goes. */
  readonly otlpUrl: string
  readonly pid: number
  /** CPU milliseconds since it began, in steps of 10. */
  readonly cpuMs: () => Promise<number>
  /** Resident bytes. */
  readonly rss: () => Promise<number>
  /** The sum over all labels of one of its own metrics: `otelcol_receiver_accepted_spans`; 0 where it has none of that name. */
  readonly own: (metric: string) => Promise<number>
  readonly stop: () => Promise<void>
}

/** What Linux counts CPU time of processes in: `getconf CLK_TCK` is 100 everywhere. */
const tickMs = 10

/** CPU milliseconds of a process, from the fields utime and stime behind the name in brackets. */
export const cpuMsOf = async (pid: number): Promise<number> => {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * tickMs
}

/** Resident bytes of a process. */
export const rssOf = async (pid: number): Promise<number> => {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, 'latin1'))?.[1]
  return Number(kilobytes) * 1_024
}

/** Sum of a metric's samples in the Prometheus text format. */
export const sumOf = (exposition: string, metric: string): number =>
  exposition
    .split('\n')
    .filter((line) => line.startsWith(`${metric}{`) || line.startsWith(`${metric} `))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0)

/**
 * The collector with otel-collector.yaml, and with the exporter that a Tempo adds; all three backends are the sink.
 * @param folder for its queues on disk
 * @param metrics host:port where the service's metrics are scraped
 * @throws an Error with the reason when there is no collector here
 */
export const startCollector = async (folder: string, sinkUrl: string, metrics: string): Promise<BenchCollector> => {
  const found = await ensureServer('otelcol')
  if (found.state === 'missing') throw new Error(found.reason)
  const ports = { http: await freePort(), grpc: await freePort(), health: await freePort(), own: await freePort() }
  const configs = ['--config', 'otel-collector.yaml', '--config', 'stack/servers/otelcol/tempo.yaml']
  const child = spawn(found.binaries.otelcol, configs, {
    cwd: root,
    stdio: 'ignore',
    env: {
      PATH: process.env.PATH ?? '',
      ...collectorMemory,
      // What a person tries out: a smaller share of traces, or limits of the Go runtime.
      ...Object.fromEntries(
        Object.entries(process.env).filter(([name]) => /^(TRACE_|GO(GC|MEMLIMIT|MAXPROCS)$)/.test(name)),
      ),
      OTLP_HTTP_PORT: String(ports.http),
      OTLP_GRPC_PORT: String(ports.grpc),
      HEALTH_PORT: String(ports.health),
      SELF_METRICS_PORT: String(ports.own),
      API_METRICS: metrics,
      // Nobody is there; they are scraped in vain, as where only the api runs on a host.
      WORKER_METRICS: '127.0.0.1:9',
      MCP_METRICS: '127.0.0.1:9',
      COLLECTOR_DATA: folder,
      PROMETHEUS_URL: `${sinkUrl}/prometheus`,
      LOKI_URL: `${sinkUrl}/loki`,
      TEMPO_OTLP: new URL(sinkUrl).host,
    },
  })
  const ended = once(child, 'exit')
  const pid = child.pid ?? 0
  await until(async () => {
    if (child.exitCode !== null) throw new Error(`the collector ended with ${child.exitCode}`)
    return await fetch(`http://127.0.0.1:${ports.health}/`).then(
      ({ ok }) => ok,
      () => false,
    )
  }, 30_000)
  return {
    otlpUrl: `http://127.0.0.1:${ports.http}`,
    pid,
    cpuMs: () => cpuMsOf(pid),
    rss: () => rssOf(pid),
    own: async (metric) => sumOf(await (await fetch(`http://127.0.0.1:${ports.own}/metrics`)).text(), metric),
    stop: async () => {
      child.kill('SIGTERM')
      await ended
    },
  }
}
