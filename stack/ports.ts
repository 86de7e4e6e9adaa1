import type { Place } from './place.ts'

/**
 * Every port of the stack, on 127.0.0.1, before `STACK_PORT_OFFSET` is added. `http` is where people and probes look.
 * The order is that in which the services start.
 */
export const ports = {
  postgres: { postgres: 54329 },
  sandbox: { http: 4000, smtp: 4025, 'alert-smtp': 4026 },
  otelcol: { 'otlp-grpc': 4317, 'otlp-http': 4318, http: 13133, metrics: 8888 },
  api: { http: 3000, metrics: 9464 },
  worker: { metrics: 9465 },
  mcp: { http: 3002, metrics: 9466 },
  // At Grafana's place where none runs, so that links need not know.
  console: { http: 3001, besideGrafana: 3003 },
  prometheus: { http: 9090 },
  alertmanager: { http: 9093 },
  'node-exporter': { http: 9100 },
  loki: { http: 3100, grpc: 9095 },
  tempo: { http: 3200, grpc: 9096, 'otlp-http': 14317 },
  grafana: { http: 3001 },
  load: {},
} as const satisfies Record<string, Readonly<Record<string, number>>>

export type ServiceName = keyof typeof ports

export const serviceNames = Object.keys(ports) as ServiceName[]

export const isServiceName = (name: string): name is ServiceName => Object.hasOwn(ports, name)

/** @throws when the service has no port of that name */
export function portOf(place: Pick<Place, 'offset'>, name: ServiceName, port = 'http'): number {
  const base = (ports[name] as Readonly<Record<string, number>>)[port]
  if (base === undefined) throw new Error(`${name} has no port "${port}"`)
  return base + place.offset
}

/** `127.0.0.1:<port>` of a service in this place. */
export const address = (place: Pick<Place, 'offset'>, name: ServiceName, port = 'http'): string =>
  `127.0.0.1:${portOf(place, name, port)}`

export const urlOf = (place: Pick<Place, 'offset'>, name: ServiceName, port = 'http'): string =>
  `http://${address(place, name, port)}`
