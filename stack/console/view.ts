import type { Dashboard } from '../queries/dashboards.ts'
import { parseRange, type TimeRange } from '../queries/time-range.ts'
import { all, type VariableValues } from '../queries/variables.ts'

/** What of a dashboard is looked at: Grafana's own parameters `from`, `to`, `refresh`, `viewPanel` and `var-<name>`. */
export interface View {
  readonly from: string
  readonly to: string
  /** `5s`, `1m`; '' for none. */
  readonly refresh: string
  readonly range: TimeRange
  readonly values: VariableValues
  /** The one panel that is shown alone. */
  readonly panel: number | undefined
}

/**
 * What is missing is the dashboard's own; variables it has not got are ignored.
 * @param ownFrom where the range begins when the address does not say
 */
export function readView(
  dashboard: Dashboard,
  parameters: URLSearchParams,
  now: number = Date.now(),
  ownFrom: string = dashboard.time?.from || 'now-1h',
): View {
  const from = parameters.get('from') || ownFrom
  const to = parameters.get('to') || dashboard.time?.to || 'now'
  const refresh = parameters.get('refresh') ?? (dashboard.refresh || '')
  const names = dashboard.templating?.list?.map(({ name }) => name) ?? []
  const values = names.map((name) => [name, parameters.getAll(`var-${name}`).filter(Boolean).map(asValue)])
  // Newer Grafanas write panel-12.
  const panel = /^(?:panel-)?(\d+)$/.exec(parameters.get('viewPanel') ?? '')?.[1]
  return {
    from,
    to,
    refresh: /^\d+[smh]$/.test(refresh) ? refresh : '',
    range: parseRange(from, to, now),
    values: Object.fromEntries(values),
    panel: panel === undefined ? undefined : Number(panel),
  }
}

/** Grafana writes "All" in links of old, `$__all` in those of today. */
const asValue = (text: string): string => (text === 'All' ? all : text)

/** `var-job=api&var-instance=$__all`: every variable that a reader can set, chosen or not. */
export function variablesQuery(dashboard: Dashboard, { values }: Pick<View, 'values'>): string {
  const shown = (dashboard.templating?.list ?? []).filter(({ type }) => type !== 'datasource')
  return new URLSearchParams(
    shown.flatMap(({ name, current, includeAll }) => {
      const given = values[name]?.length ? values[name] : [current?.value ?? (includeAll ? all : [])].flat()
      return given.map((value): [string, string] => [`var-${name}`, value])
    }),
  ).toString()
}

export const timeQuery = ({ from, to }: Pick<View, 'from' | 'to'>): string =>
  new URLSearchParams({ from, to }).toString()
