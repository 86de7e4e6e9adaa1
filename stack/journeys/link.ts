import type { Place } from '../place.ts'
import { urlOf } from '../ports.ts'
import { dashboardUrl } from '../service.ts'

/** Where the trace is shown: in Grafana, or, where it or Tempo is absent, in the console. */
export const linkTo = (place: Place, absent: ReadonlySet<string>, traceId: string): string => {
  const dashboards = dashboardUrl({ place, has: (name) => !absent.has(name) })
  if (absent.has('grafana')) return `${dashboards}/trace/${traceId}`
  if (absent.has('tempo')) return `${urlOf(place, 'console', 'besideGrafana')}/trace/${traceId}`
  // The uid under which stack/servers/grafana/provisioning sets Tempo up.
  const datasource = { type: 'tempo', uid: 'tempo' }
  const left = {
    datasource: datasource.uid,
    queries: [{ refId: 'A', datasource, queryType: 'traceql', query: traceId }],
    range: { from: 'now-1h', to: 'now' },
  }
  return `${dashboards}/explore?left=${encodeURIComponent(JSON.stringify(left))}`
}
