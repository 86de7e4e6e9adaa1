import type { Dashboard, DatasourceRef, DatasourceType, Panel, Target } from './dashboards.ts'
import { dataPanels } from './dashboards.ts'
import { stepFor, type TimeRange } from './time-range.ts'
import { interpolate, replacements, scrapeMs, type VariableValues } from './variables.ts'

/** One query of a panel as it is sent to its server. */
export interface PanelQuery {
  readonly panel: Panel
  readonly refId: string
  readonly datasource: DatasourceType
  /** The text as the dashboard has it, and with every variable replaced. */
  readonly source: string
  readonly text: string
  /** `instant`: one value each series, at the end of the range. */
  readonly mode: 'range' | 'instant'
  readonly stepMs: number
  readonly legend: string
}

export interface PanelQueryOptions {
  readonly range: TimeRange
  readonly values?: VariableValues
  /** How many points across a panel; Grafana takes its width in pixels. */
  readonly points?: number
}

/** Every query of every panel of a dashboard, in order. Hidden ones are left out. */
export function panelQueries(dashboard: Dashboard, options: PanelQueryOptions): PanelQuery[] {
  return dataPanels(dashboard).flatMap((panel) => queriesOf(dashboard, panel, options))
}

/** The queries of one panel. @throws on a target whose data source cannot be told. */
export function queriesOf(dashboard: Dashboard, panel: Panel, options: PanelQueryOptions): PanelQuery[] {
  const stepMs = stepFor(options.range, panel.maxDataPoints ?? options.points ?? 600, minimumStep(panel))
  const known = replacements(dashboard, options.values ?? {}, options.range, stepMs)
  return (panel.targets ?? []).flatMap((target, index) => {
    const source = target.expr ?? target.query
    if (target.hide || !source) return []
    return {
      panel,
      refId: target.refId ?? String.fromCharCode(65 + index),
      datasource: datasourceType(dashboard, panel, target),
      source,
      text: interpolate(source, known),
      mode: isInstant(target) ? 'instant' : 'range',
      stepMs,
      legend: target.legendFormat ?? '',
    }
  })
}

const isInstant = (target: Target): boolean =>
  target.queryType === 'instant' || (target.instant === true && target.range !== true)

function minimumStep(panel: Panel): number {
  const stated = /^(\d+)(s|m)$/.exec(panel.interval ?? '')
  return stated ? Number(stated[1]) * (stated[2] === 'm' ? 60_000 : 1_000) : scrapeMs
}

/** By the type beside the uid; else by the variable that the uid names (`${datasource}`). */
export function datasourceType(dashboard: Dashboard, panel: Panel, target: Target): DatasourceType {
  for (const ref of [target.datasource, panel.datasource]) {
    const type = ref && typeOf(dashboard, ref)
    if (type) return type
  }
  throw new Error(`${dashboard.uid}: a query of panel "${panel.title}" names no data source`)
}

function typeOf(dashboard: Dashboard, ref: DatasourceRef): DatasourceType | undefined {
  if (isType(ref.type)) return ref.type
  const name = /^\$\{?(\w+)\}?$/.exec(ref.uid ?? '')?.[1]
  const variable = dashboard.templating?.list?.find((each) => each.type === 'datasource' && each.name === name)
  return isType(variable?.query) ? variable.query : undefined
}

const isType = (type: unknown): type is DatasourceType => type === 'prometheus' || type === 'loki' || type === 'tempo'
