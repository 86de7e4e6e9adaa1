import type { Dashboard, DatasourceType, Panel } from '../queries/dashboards.ts'

/** One query that somebody wants to see the result of. */
export interface Exploration {
  readonly datasource: DatasourceType
  readonly text: string
  readonly from: string
  readonly to: string
}

interface Pane {
  readonly datasource?: unknown
  readonly queries?: readonly {
    readonly expr?: unknown
    readonly query?: unknown
    readonly datasource?: { readonly type?: unknown; readonly uid?: unknown }
  }[]
  readonly range?: { readonly from?: unknown; readonly to?: unknown }
}

/**
 * What an address of the explorer asks for: our own form (`datasource`, `query`), and both of Grafana's (`left`, and
 * `panes` by id). Undefined where it asks nothing, or cannot be read.
 */
export function readExploration(parameters: URLSearchParams): Exploration | undefined {
  const range = { from: parameters.get('from') || 'now-1h', to: parameters.get('to') || 'now' }
  const text = parameters.get('query')?.trim()
  if (text) return { datasource: typeOf(parameters.get('datasource'), text), text, ...range }
  const pane = paneOf(parameters)
  const query = pane?.queries?.[0]
  const asked = query?.expr ?? query?.query
  if (typeof asked !== 'string' || asked.trim() === '') return undefined
  const { from, to } = pane?.range ?? {}
  return {
    datasource: typeOf(query?.datasource?.type ?? query?.datasource?.uid ?? pane?.datasource, asked),
    text: asked.trim(),
    from: timeText(from) ?? range.from,
    to: timeText(to) ?? range.to,
  }
}

function paneOf(parameters: URLSearchParams): Pane | undefined {
  try {
    const left = parameters.get('left')
    if (left) return JSON.parse(left) as Pane
    const panes = JSON.parse(parameters.get('panes') ?? '{}') as Record<string, Pane>
    return Object.values(panes)[0]
  } catch {
    return undefined
  }
}

/** A range may hold numbers; what was not filled in (`${__from}`) is none. */
const timeText = (value: unknown): string | undefined => {
  const text = typeof value === 'number' ? String(value) : value
  return typeof text === 'string' && /^(now|\d)/.test(text) ? text : undefined
}

/** By its name; else by the look of the query. */
function typeOf(name: unknown, text: string): DatasourceType {
  const said = /prom|loki|tempo/.exec(String(name ?? '').toLowerCase())?.[0]
  if (said === 'loki' || said === 'tempo') return said
  if (said === 'prom') return 'prometheus'
  if (
    /^[0-9a-f]{32}$/i.test(text) ||
    /\b(span|resource|trace)[.:]|\bkind\s*=|\bstatus\s*=\s*(error|ok|unset)\b/.test(text)
  )
    return 'tempo'
  return /^\{[^{}]*service_name/.test(text) || /\|[=~]|\|\s*(json|logfmt|\w+\s*=)/.test(text) ? 'loki' : 'prometheus'
}

/** An address of ours that shows a query's result. */
export const explorePath = (exploration: Partial<Exploration> & Pick<Exploration, 'datasource' | 'text'>): string => {
  const { datasource, text, from = 'now-1h', to = 'now' } = exploration
  return `/explore?${new URLSearchParams({ datasource, query: text, from, to })}`
}

const types = { prometheus: 'timeseries', loki: 'logs', tempo: 'table' } as const

/** The query as a panel of its own, so that it is asked and drawn as all others are. */
export function explorationPanel({ datasource, text }: Exploration): { dashboard: Dashboard; panel: Panel } {
  const isLines = datasource !== 'loki' || text.startsWith('{')
  const panel: Panel = {
    id: 1,
    type: isLines ? types[datasource] : 'timeseries',
    title: text,
    targets: [{ refId: 'A', datasource: { type: datasource }, expr: text, maxLines: 500, limit: 50 }],
    options: {
      legend: { displayMode: 'table', calcs: ['lastNotNull', 'max'], sortBy: 'Max', sortDesc: true },
      sortBy: [{ displayName: 'Value', desc: true }],
    },
    fieldConfig: { defaults: { unit: 'short', custom: { fillOpacity: 8 } } },
  }
  return { dashboard: { uid: 'explore', title: 'Explore', panels: [panel] }, panel }
}
