import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureServer } from '../../../stack/launch/server-build.ts'
import { root } from '../../../stack/place.ts'
import { collectorMemory } from '../../../stack/servers/otelcol-memory.ts'
import { freePort, until } from '../../integration/telemetry/harness.ts'

/** The collector with its own configuration, before backends that take everything. */
export interface MeasuredCollector {
  readonly endpoint: string
  readonly pid: number
  /** Its own counters now, summed over their labels: `otelcol_receiver_accepted_spans` … */
  counters(): Promise<Map<string, number>>
  /** CPU seconds since it started. */
  cpuSeconds(): number
  /** Resident memory now, in MB. */
  rssMb(): number
  /** Port of Go's profiler, where it was asked for. */
  readonly pprofPort: number | undefined
  stop(): Promise<void>
}

export interface CollectorOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly profile?: boolean
  /** In place of the repository's files. */
  readonly configs?: readonly string[]
  /** What the processes answer at /metrics. */
  readonly exposition?: string
}

const ownConfigs = ['otel-collector.yaml', 'stack/servers/otelcol/tempo.yaml']

/** Answers 200 to everything, at once. */
const sink = async (exposition: string): Promise<Server> => {
  const server = createServer((request, response) => {
    if (request.method === 'GET')
      response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(exposition)
    else request.resume().on('end', () => response.writeHead(200).end())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

/** @throws an Error where the collector cannot be had */
export const startCollector = async (options: CollectorOptions = {}): Promise<MeasuredCollector> => {
  const found = await ensureServer('otelcol')
  if (found.state !== 'ready') throw new Error(found.reason)
  const folder = await mkdtemp(join(tmpdir(), 'bench-collector-'))
  const backend = await sink(options.exposition ?? '')
  const backendPort = (backend.address() as AddressInfo).port
  const [http, grpc, health, metrics, pprof] = await Promise.all(Array.from({ length: 5 }, freePort))
  const profiler = `yaml:extensions: { pprof: { endpoint: '127.0.0.1:${pprof}' } }`
  const configs = [
    ...(options.configs ?? ownConfigs).flatMap((file) => ['--config', file]),
    ...(options.profile
      ? ['--config', profiler, '--config', 'yaml:service: { extensions: [health_check, file_storage, pprof] }']
      : []),
  ]
  const child: ChildProcess = spawn(found.binaries.otelcol ?? '', configs, {
    cwd: root,
    env: {
      PATH: process.env.PATH ?? '',
      OTLP_HTTP_PORT: String(http),
      OTLP_GRPC_PORT: String(grpc),
      HEALTH_PORT: String(health),
      SELF_METRICS_PORT: String(metrics),
      API_METRICS: `127.0.0.1:${backendPort}`,
      WORKER_METRICS: `127.0.0.1:${backendPort}`,
      MCP_METRICS: `127.0.0.1:${backendPort}`,
      PROMETHEUS_URL: `http://127.0.0.1:${backendPort}/prometheus`,
      LOKI_URL: `http://127.0.0.1:${backendPort}/loki`,
      TEMPO_OTLP: `127.0.0.1:${backendPort}`,
      COLLECTOR_DATA: folder,
      ...collectorMemory,
      ...options.env,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-4_000)
  })
  const pid = child.pid ?? 0
  const stop = async (): Promise<void> => {
    if (child.exitCode === null) {
      const exit = once(child, 'exit')
      child.kill('SIGTERM')
      await exit
    }
    backend.closeAllConnections()
    backend.close()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    await until(async () => {
      if (child.exitCode !== null) throw new Error(`the collector ended: ${said}`)
      return fetch(`http://127.0.0.1:${health}/`).then(
        ({ ok }) => ok,
        () => false,
      )
    })
  } catch (error) {
    await stop()
    throw error
  }
  return {
    endpoint: `http://127.0.0.1:${http}`,
    pid,
    counters: async () => sums(await (await fetch(`http://127.0.0.1:${metrics}/metrics`)).text()),
    cpuSeconds: () => cpuOf(pid),
    rssMb: () => Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1_024,
    pprofPort: options.profile ? pprof : undefined,
    stop,
  }
}

/** /proc/<pid>/stat: user and system time in hundredths of a second, after the name in parentheses. */
const cpuOf = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}

const sums = (exposition: string): Map<string, number> => {
  const found = new Map<string, number>()
  for (const line of exposition.split('\n')) {
    const [, name, value] = /^(\w+)(?:\{.*\})? (\S+)$/.exec(line) ?? []
    if (name !== undefined) found.set(name, (found.get(name) ?? 0) + Number(value))
  }
  return found
}
