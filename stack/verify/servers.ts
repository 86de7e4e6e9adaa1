import type { Place } from '../place.ts'
import { type ServiceName, urlOf } from '../ports.ts'
import { ask, askJson } from '../queries/http.ts'
import type { Check, Finding } from './check.ts'

/** Where each data source says that it is ready. */
const readiness: Partial<Record<ServiceName, string>> = {
  prometheus: '/-/ready',
  loki: '/ready',
  tempo: '/ready',
  alertmanager: '/-/ready',
  grafana: '/api/health',
}

export interface ServerOptions {
  readonly place: Pick<Place, 'offset'>
  readonly absent: ReadonlySet<string>
  /** Dashboards that a Grafana must have. */
  readonly uids: readonly string[]
}

/** Each data source answers, Prometheus reaches all it scrapes and its Alertmanager, and Grafana has the dashboards. */
export const serverChecks = ({ place, absent, uids }: ServerOptions): Check[] => {
  const prometheus = urlOf(place, 'prometheus')
  const grafana = urlOf(place, 'grafana')
  const check = (name: string, run: Check['run'], needs?: string): Check => ({
    group: 'Servers',
    name,
    run: async (signal) =>
      needs && absent.has(needs) ? { state: 'unavailable', note: `needs ${needs}` } : run(signal),
  })
  return [
    ...Object.entries(readiness).map(([name, path]) =>
      check(name, (signal) => ready(`${urlOf(place, name as ServiceName)}${path}`, signal), name),
    ),
    check('Prometheus reaches its targets', (signal) => targetsUp(prometheus, signal)),
    check('Prometheus knows its Alertmanager', (signal) => alertmanagerKnown(prometheus, signal)),
    ...uids.map((uid) =>
      check(`Grafana has ${uid}`, (signal) => ready(`${grafana}/api/dashboards/uid/${uid}`, signal), 'grafana'),
    ),
  ]
}

const ready = async (url: string, signal: AbortSignal): Promise<Finding> => {
  const { status } = await ask(url, signal)
  return status === 200 ? { state: 'ok' } : { state: 'error', note: `${url} answered ${status}` }
}

const targetsUp = async (prometheus: string, signal: AbortSignal): Promise<Finding> => {
  interface Target {
    readonly health: string
    readonly scrapeUrl: string
    readonly lastError: string
  }
  const { data } = await askJson<{ data: { activeTargets: Target[] } }>(
    `${prometheus}/api/v1/targets?state=active`,
    signal,
  )
  const down = data.activeTargets.filter(({ health }) => health !== 'up')
  if (data.activeTargets.length === 0) return { state: 'empty', note: 'it scrapes nothing' }
  return down.length === 0
    ? { state: 'ok' }
    : { state: 'error', note: down.map(({ scrapeUrl, lastError }) => `${scrapeUrl}: ${lastError}`).join('; ') }
}

const alertmanagerKnown = async (prometheus: string, signal: AbortSignal): Promise<Finding> => {
  const { data } = await askJson<{ data: { activeAlertmanagers: unknown[] } }>(
    `${prometheus}/api/v1/alertmanagers`,
    signal,
  )
  return data.activeAlertmanagers.length > 0
    ? { state: 'ok' }
    : { state: 'error', note: 'it would deliver alerts to nobody' }
}
