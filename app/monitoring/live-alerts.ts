import type { liveAlertTypes } from '../../catalogue/metrics/values.ts'
import { slowQueryMs } from './activity.ts'
import type { Snapshot } from './snapshot.ts'

export type LiveAlertType = (typeof liveAlertTypes)[number]

/** What the live page warns of. It pages nobody. */
export interface LiveAlert {
  readonly type: LiveAlertType
  readonly severity: 'warning' | 'critical'
  readonly message: string
  readonly data: Readonly<Record<string, number | string>>
  /** One alert for each: the type and, where there are several of a kind, which. */
  readonly fingerprint: string
}

/** Requirement D's thresholds: jobs, per cent, milliseconds. */
export const thresholds = {
  'slow-query': { above: slowQueryMs, severity: 'warning' },
  'high-queue': { above: 100, severity: 'warning' },
  'high-cpu': { above: 80, severity: 'critical' },
  'high-memory': { above: 80, severity: 'critical' },
  'slow-api': { above: 500, severity: 'warning' },
  'high-error-rate': { above: 5, severity: 'critical' },
} as const satisfies Record<LiveAlertType, { above: number; severity: LiveAlert['severity'] }>

/** The alerts that a snapshot raises. */
export const alertsOf = ({ system, api, database, queues }: Snapshot): LiveAlert[] => {
  const when = (type: LiveAlertType, value: number, message: string, about: LiveAlert['data'] = {}): LiveAlert[] => {
    const { above, severity } = thresholds[type]
    if (value <= above) return []
    const fingerprint = [type, ...Object.values(about)].join(':')
    return [{ type, severity, message, data: { value, threshold: above, ...about }, fingerprint }]
  }
  const { slowQueries } = database
  const slow: LiveAlert[] =
    slowQueries === 0
      ? []
      : [
          {
            type: 'slow-query',
            severity: thresholds['slow-query'].severity,
            message: `${slowQueries} ${slowQueries === 1 ? 'query' : 'queries'} of the last minute took longer than ${slowQueryMs} ms.`,
            data: { value: slowQueries, threshold: slowQueryMs },
            fingerprint: 'slow-query',
          },
        ]
  return [
    ...slow,
    ...queues.flatMap(({ queueName, waiting }) =>
      when('high-queue', waiting, `${waiting} jobs wait in the queue ${queueName}.`, { queueName }),
    ),
    ...when('high-cpu', system.cpu.usage, `The processors are ${Math.round(system.cpu.usage)} % busy.`),
    ...when(
      'high-memory',
      system.memory.usagePercent,
      `${Math.round(system.memory.usagePercent)} % of the memory is used.`,
    ),
    ...when('slow-api', api.avgResponseTime, `Requests take ${Math.round(api.avgResponseTime)} ms on average.`),
    ...when(
      'high-error-rate',
      api.errorRate,
      `${Math.round(api.errorRate)} % of the requests of the last minute failed.`,
    ),
  ]
}

/** Snapshots without its cause until an alert is over: one that comes and goes with every other snapshot is one alert. */
export const quietSnapshots = 5

/** Which alerts are active, from one snapshot to the next. */
export class LiveAlerts {
  readonly #active = new Map<string, { alert: LiveAlert; quiet: number }>()

  update(snapshot: Snapshot): void {
    for (const entry of this.#active.values()) entry.quiet++
    for (const alert of alertsOf(snapshot)) {
      const known = this.#active.get(alert.fingerprint)
      if (known) known.quiet = 0
      else this.#active.set(alert.fingerprint, { alert, quiet: 0 })
    }
    for (const [fingerprint, { quiet }] of this.#active) if (quiet >= quietSnapshots) this.#active.delete(fingerprint)
  }

  active(): LiveAlert[] {
    return [...this.#active.values()].map(({ alert }) => alert)
  }
}
