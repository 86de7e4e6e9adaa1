import type { Builder } from '@grafana/grafana-foundation-sdk/cog'
import { type DashboardLink, DashboardLinkBuilder, DashboardLinkType } from '@grafana/grafana-foundation-sdk/dashboard'
import type { LogQuery } from '../catalogue/logql.ts'
import type { TraceQuery } from '../catalogue/traceql.ts'
import { datasources, reference } from './datasources.ts'

/** The dashboards by uid. A uid is part of every address that was ever sent to somebody: it never changes. */
export const titles = {
  'system-overview': 'System Overview',
  'api-performance': 'API Performance',
  slos: 'SLOs and Error Budgets',
  'user-journeys': 'User Journeys',
  'integrations-sync': 'Integrations and Sync',
  'webhooks-jobs-queues': 'Webhooks, Jobs and Queues',
  'external-apis': 'External APIs',
  'business-events': 'Business Events',
  database: 'Database',
  'errors-logs': 'Errors and Logs',
  security: 'Security',
  'runtime-host': 'Runtime and Host',
  'telemetry-pipeline': 'Telemetry Pipeline',
  'alerts-notifications': 'Alerts and Notifications',
} as const

export type Uid = keyof typeof titles

/** Folders of the list of dashboards, by the folder of the generated files: what users see, and what it rests on. */
export const folders = { crm: 'CRM', operations: 'CRM operations' } as const

const ofUsers: readonly Uid[] = [
  'system-overview',
  'api-performance',
  'slos',
  'user-journeys',
  'integrations-sync',
  'business-events',
]

export const folderOf = (uid: Uid): keyof typeof folders => (ofUsers.includes(uid) ? 'crm' : 'operations')

/** A link of a panel, or of one of its series. */
export interface Link {
  readonly title: string
  readonly url: string
}

/** Another dashboard, with the same time range and variables. */
export const toDashboard = (uid: Uid): Link => ({
  title: titles[uid],
  url: `/d/${uid}?${reference('__url_time_range')}&${reference('__all_variables')}`,
})

/** Encodes for a URL, but leaves Grafana's `${…}`, whose values Grafana encodes itself. */
const encode = (text: string): string =>
  text
    .split(/(\$\{[^}]+\})/)
    .map((part) => (part.startsWith('${') ? part : encodeURIComponent(part)))
    .join('')

/** Grafana's explorer. `left` is the form of the address that every version reads; newer ones turn it into theirs. */
const explore = (title: string, datasource: { type: string; uid: string }, query: object): Link => ({
  title,
  url: `/explore?left=${encode(
    JSON.stringify({
      datasource: datasource.uid,
      queries: [{ refId: 'A', datasource, ...query }],
      range: { from: reference('__from'), to: reference('__to') },
    }),
  )}`,
})

/** The traces in Grafana's explorer; from each of them its logs are one click away. */
export const toTraces = (title: string, query: TraceQuery): Link =>
  explore(title, datasources.tempo, { queryType: 'traceql', query: query.text, limit: 20, tableType: 'traces' })

/** The log lines in Grafana's explorer. */
export const toLogs = (title: string, query: LogQuery): Link =>
  explore(title, datasources.loki, { queryType: 'range', expr: query.text })

/** The value of a label of the series that was clicked. */
export const clicked = (label: string): string => reference(`__field.labels.${label}`)

/** The text of the cell that was clicked. */
export const clickedCell = reference('__value.text')

/** The tag by which our dashboards find each other. */
export const ourTag = 'crm'

/** Above each dashboard a list of all of them, which keeps time range and variables. */
export const otherDashboards = (): Builder<DashboardLink> =>
  new DashboardLinkBuilder('Dashboards')
    .type(DashboardLinkType.Dashboards)
    .tags([ourTag])
    .asDropdown(true)
    .icon('dashboard')
    .includeVars(true)
    .keepTime(true)

/** A link as panels and series take it. */
export const linkBuilder = ({ title, url }: Link): Builder<DashboardLink> => ({
  // The SDK's builder adds fields that only links above a dashboard have.
  build: () => ({ title, url }) as DashboardLink,
})
