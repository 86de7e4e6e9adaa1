import type { Config } from '../../config.ts'

/** The uid of the data source of traces, as Grafana is provisioned with it. */
const datasource = { type: 'tempo', uid: 'tempo' }

/** Where operators find more: addresses for browsers. */
export const linksOf = ({ dashboardsUrl, runbooksUrl }: Pick<Config, 'dashboardsUrl' | 'runbooksUrl'>) => {
  // The form of Grafana's explorer that every version reads.
  const left = {
    datasource: datasource.uid,
    queries: [{ refId: 'A', datasource, queryType: 'traceql', query: 'traceId' }],
    range: { from: 'now-24h', to: 'now' },
  }
  const explored = encodeURIComponent(JSON.stringify(left)).replace('%22traceId%22', '%22{traceId}%22')
  return { dashboards: dashboardsUrl, runbooks: runbooksUrl, traces: `${dashboardsUrl}/explore?left=${explored}` }
}
