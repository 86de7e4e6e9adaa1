import { basename } from 'node:path'
import type { Service } from '../../catalogue/metric.ts'

/** What a process calls itself and where its metrics are scraped, unless OTEL_* variables say otherwise. */
export interface TelemetryProcess {
  /** `service.name`; for our own processes one of the catalogue's services. */
  readonly serviceName: Service | (string & {})
  /** Port of `/metrics` on 127.0.0.1. */
  readonly metricsPort: number
}

/** Our processes by entry file. 9464 is the port the OpenTelemetry registry gives to Prometheus exporters. */
export const processes: Readonly<Record<string, TelemetryProcess>> = {
  'app/main.ts': { serviceName: 'api', metricsPort: 9464 },
  'app/worker.ts': { serviceName: 'worker', metricsPort: 9465 },
  'app/mcp.ts': { serviceName: 'mcp', metricsPort: 9466 },
}

/** The process by its entry file; another program that uses the preload is named after its file. */
export const processOf = (entry: string = process.argv[1] ?? 'node'): TelemetryProcess => {
  const path = entry.replaceAll('\\', '/')
  const ours = Object.entries(processes).find(([file]) => path === file || path.endsWith(`/${file}`))
  return ours?.[1] ?? { serviceName: basename(path).replace(/\.[cm]?[jt]s$/, ''), metricsPort: 9464 }
}
