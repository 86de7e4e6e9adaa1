import { startAlertmanager, startPrometheus } from '../../integration/telemetry/servers.ts'
import { startFakeBackends } from '../fake-backends.ts'

/** What Prometheus scrapes: two objectives that are measured, and series of two of the charts. */
const exposition = `
slo:compliance:ratio30d{slo="api-availability"} 0.9995
slo:compliance:ratio30d{slo="email-delivery"} 0.97
slo:bad_events:rate1h{slo="api-availability"} 0.02
slo:total_events:rate1h{slo="api-availability"} 10
slo:bad_events:rate1h{slo="email-delivery"} 0
slo:total_events:rate1h{slo="email-delivery"} 1
queue_depth{queue_name="email-sync",service="worker"} 7
active_users_total{workspace="w",service="api"} 3
`

/** A real Prometheus and a real Alertmanager, and somebody who answers as Tempo does. */
export interface Telemetry {
  /** Settings with which the service finds them. */
  readonly env: Readonly<Record<string, string>>
  /** Why one of the servers cannot be had; undefined where all are there. */
  readonly missing: string | undefined
  /** Lets an alert fire. */
  readonly fire: (
    labels: Readonly<Record<string, string>>,
    annotations: Readonly<Record<string, string>>,
  ) => Promise<void>
  readonly stop: () => Promise<void>
}

export const startTelemetry = async (): Promise<Telemetry> => {
  const [prometheus, alertmanager, tempo] = await Promise.all([
    startPrometheus(exposition),
    startAlertmanager(),
    startFakeBackends(),
  ])
  return {
    env: {
      ...(typeof prometheus === 'object' && { PROMETHEUS_URL: prometheus.url }),
      ...(typeof alertmanager === 'object' && { ALERTMANAGER_URL: alertmanager.url }),
      TEMPO_URL: tempo.url,
    },
    missing: [prometheus, alertmanager].find((server) => typeof server === 'string'),
    fire: async (labels, annotations) => {
      if (typeof alertmanager === 'string') return
      const answer = await fetch(`${alertmanager.url}/api/v2/alerts`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify([{ labels, annotations, endsAt: new Date(Date.now() + 3_600_000).toISOString() }]),
      })
      if (!answer.ok) throw new Error(`Alertmanager refused an alert: ${answer.status} ${await answer.text()}`)
    },
    stop: async () => {
      for (const server of [prometheus, alertmanager, tempo]) if (typeof server === 'object') await server.stop()
    },
  }
}
