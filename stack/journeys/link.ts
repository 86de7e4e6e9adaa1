import type { Place } from '../place.ts'
import { urlOf } from '../ports.ts'
import { dashboardUrl } from '../service.ts'

/** Where the trace is shown: in Grafana, as Tempo's own answer, or, without both, beside the dashboards. */
export const linkTo = (place: Place, absent: ReadonlySet<string>, traceId: string): string => {
  const dashboards = dashboardUrl({ place, has: (name) => !absent.has(name) })
  if (absent.has('tempo')) return `${dashboards}/d/api-performance`
  if (absent.has('grafana')) return `${urlOf(place, 'tempo')}/api/v2/traces/${traceId}`
  // The uid under which stack/servers/grafana/provisioning sets Tempo up.
  const datasource = { type: 'tempo', uid: 'tempo' }
  const left = {
    datasource: datasource.uid,
    queries: [{ refId: 'A', datasource, queryType: 'traceql', query: traceId }],
    range: { from: 'now-1h', to: 'now' },
  }
  return `${dashboards}/explore?left=${encodeURIComponent(JSON.stringify(left))}`
}
