import { type PromSelector, selectorsOf } from '../../stack/verify/promql.ts'

/** The parts of the JSON that the rules look at. */
export interface DashboardJson {
  uid: string
  title: string
  description: string
  tags: string[]
  editable: boolean
  schemaVersion: number
  templating: { list: VariableJson[] }
  annotations: { list: { name: string; expr: string; useValueForTime?: boolean; datasource: { uid: string } }[] }
  links: { title: string; url: string; includeVars: boolean; keepTime: boolean }[]
  panels: PanelJson[]
}
export interface VariableJson {
  name: string
  label: string
  type: string
  query: string | { query: string }
  datasource?: { uid: string }
  multi?: boolean
  includeAll?: boolean
  allValue?: string
  refresh?: number
}
export interface PanelJson {
  id: number
  type: string
  title: string
  description: string
  gridPos: { x: number; y: number; w: number; h: number }
  datasource: { type: string; uid: string }
  fieldConfig: {
    defaults: { unit?: string; links?: { title: string; url: string }[] }
    overrides?: { matcher: { id: string; options: string }; properties: { id: string; value: unknown }[] }[]
  }
  transformations?: { id: string; options: { renameByName?: Record<string, string> } }[]
  links?: { title: string; url: string }[]
  targets: TargetJson[]
}
export interface TargetJson {
  refId: string
  expr?: string
  query?: string
  legendFormat?: string
  instant?: boolean
  queryType?: string
  datasource: { type: string; uid: string }
}

export const dataPanels = ({ panels }: DashboardJson): PanelJson[] => panels.filter(({ type }) => type !== 'row')

/** With values in place of Grafana's variables, which the grammars do not know. */
export const substituted = (text: string): string =>
  text
    .replaceAll('$__rate_interval', '20s')
    .replaceAll('$__range', '1h')
    .replaceAll('$__interval', '15s')
    .replaceAll('$__auto', '15s')
    .replaceAll(/\$(job|instance|tenant|integration|queue)\b/g, '.+')

export interface QueryOf {
  readonly panel: PanelJson
  readonly refId: string
  readonly text: string
  readonly legend: string
  readonly instant: boolean
}

export const queriesOf = (dashboard: DashboardJson, type: string): QueryOf[] =>
  dataPanels(dashboard).flatMap((panel) =>
    panel.targets
      .filter(({ datasource }) => datasource.type === type)
      .map(({ refId, expr, query, legendFormat = '', instant = false, queryType }) => ({
        panel,
        refId,
        text: expr ?? query ?? '',
        legend: legendFormat,
        instant: instant || queryType === 'instant',
      })),
  )

/** Selectors of all PromQL, with the variables still in their conditions. */
export const promSelectors = (dashboard: DashboardJson): { panel: PanelJson; selector: PromSelector }[] =>
  queriesOf(dashboard, 'prometheus').flatMap(({ panel, text }) =>
    // Only windows and steps are replaced, so that `$job` can be looked for.
    selectorsOf(text.replaceAll('$__rate_interval', '20s').replaceAll(/\$__\w+/g, '1h')).map((selector) => ({
      panel,
      selector,
    })),
  )

/** The unit of a query's values: that of the panel, or of its column. */
export const unitOf = (
  { fieldConfig, transformations = [], targets }: PanelJson,
  refId: string,
): string | undefined => {
  const names = transformations.find(({ id }) => id === 'organize')?.options.renameByName ?? {}
  const column = names[targets.length > 1 ? `Value #${refId}` : 'Value']
  const override = fieldConfig.overrides?.find(({ matcher }) => column !== undefined && matcher.options === column)
  const unit = override?.properties.find(({ id }) => id === 'unit')?.value
  return typeof unit === 'string' ? unit : fieldConfig.defaults.unit
}

/** Every text of the JSON in which a variable could stand, without the variables' own definitions. */
export const everyText = (value: unknown): string[] =>
  typeof value === 'string'
    ? [value]
    : typeof value === 'object' && value !== null
      ? Object.values(value).flatMap(everyText)
      : []
