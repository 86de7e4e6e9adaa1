import type { Dashboard } from '../queries/dashboards.ts'
import { parseRange, type TimeRange } from '../queries/time-range.ts'
import type { VariableValues } from '../queries/variables.ts'

/** What of a dashboard is looked at: Grafana's own parameters `from`, `to`, `refresh` and `var-<name>`. */
export interface View {
  readonly from: string
  readonly to: string
  /** `5s`, `1m`; '' for none. */
  readonly refresh: string
  readonly range: TimeRange
  readonly values: VariableValues
}

/** What is missing is the dashboard's own; variables it has not got are ignored. */
export function readView(dashboard: Dashboard, parameters: URLSearchParams, now: number = Date.now()): View {
  const from = parameters.get('from') || dashboard.time?.from || 'now-1h'
  const to = parameters.get('to') || dashboard.time?.to || 'now'
  const refresh = parameters.get('refresh') ?? (dashboard.refresh || '')
  const names = dashboard.templating?.list?.map(({ name }) => name) ?? []
  const values = names.map((name) => [name, parameters.getAll(`var-${name}`).map(asValue)])
  return {
    from,
    to,
    refresh: /^\d+[smh]$/.test(refresh) ? refresh : '',
    range: parseRange(from, to, now),
    values: Object.fromEntries(values),
  }
}

/** Grafana writes "All" in links of old, `$__all` in those of today. */
const asValue = (text: string): string => (text === 'All' ? '$__all' : text)
