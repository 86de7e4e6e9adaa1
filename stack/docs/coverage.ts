/** Which metrics are asked for where: what is measured and never looked at is cost without use, what is asked for and not measured is an empty panel. */
import type { Metric } from '../../catalogue/metric.ts'
import { type Dashboard, dataPanels } from '../queries/dashboards.ts'
import { selectorsOf } from '../verify/promql.ts'

/** One rule of the generated files. */
export interface Rule {
  readonly alert?: string
  readonly record?: string
  readonly expr: string
}

/** Every query of every panel, and every rule. */
export interface Uses {
  readonly dashboards: readonly Dashboard[]
  readonly rules: readonly Rule[]
}

/** Where one metric is used. */
export interface Use {
  readonly dashboards: readonly { readonly dashboard: Dashboard; readonly panels: number }[]
  readonly alerts: readonly string[]
  /** Series that rules record from it. */
  readonly recorded: readonly string[]
}

type Metrics = Readonly<Record<string, Metric>>

/** Names a metric in a query, also by the series of a histogram. */
const naming = (name: string): RegExp => new RegExp(`(?<![\\w:])${name}(?:_bucket|_sum|_count)?(?![\\w:])`)

export const useOf = (name: string, { dashboards, rules }: Uses): Use => {
  const names = naming(name)
  const using = rules.filter(({ expr }) => names.test(expr))
  return {
    dashboards: dashboards
      .map((dashboard) => ({
        dashboard,
        panels: dataPanels(dashboard).filter(({ targets = [] }) => targets.some(({ expr = '' }) => names.test(expr)))
          .length,
      }))
      .filter(({ panels }) => panels > 0),
    alerts: [...new Set(using.flatMap(({ alert }) => alert ?? []))],
    recorded: [...new Set(using.flatMap(({ record }) => record ?? []))],
  }
}

const isUsed = ({ dashboards, alerts, recorded }: Use): boolean =>
  dashboards.length + alerts.length + recorded.length > 0

/** Metrics that no panel shows and no rule reads. */
export const unused = (metrics: Metrics, uses: Uses): string[] =>
  Object.keys(metrics).filter((name) => !isUsed(useOf(name, uses)))

/** With windows in place of Grafana's variables, which the grammar does not know. */
const withoutVariables = (promql: string): string => promql.replaceAll(/\$__\w+/g, '1m')

/** Every PromQL with the name of the panel or rule that asks it. */
const queries = ({ dashboards, rules }: Uses): { where: string; text: string }[] => [
  ...dashboards.flatMap((dashboard) =>
    dataPanels(dashboard).flatMap(({ title, targets = [] }) =>
      targets
        .filter(({ datasource }) => datasource?.type === 'prometheus')
        .map(({ expr = '' }) => ({ where: `${dashboard.title} › ${title}`, text: expr })),
    ),
  ),
  ...rules.map(({ alert, record, expr }) => ({ where: alert ?? record ?? '', text: expr })),
]

export const queryCount = (uses: Uses): number => queries(uses).length

/** Series that a panel or a rule asks for and that neither the catalogue has nor a rule records. */
export const unknown = (metrics: Metrics, uses: Uses): string[] => {
  const recorded = new Set(uses.rules.flatMap(({ record }) => record ?? []))
  const isKnown = (name: string): boolean => {
    const [, base, part] = /^(\w+)_(bucket|count|sum)$/.exec(name) ?? []
    return name in metrics || recorded.has(name) || (part !== undefined && metrics[base ?? '']?.type === 'histogram')
  }
  return queries(uses).flatMap(({ where, text }) =>
    selectorsOf(withoutVariables(text))
      .map(({ metric }) => metric)
      // Without a name it asks for all there are.
      .filter((metric) => metric !== '' && !isKnown(metric))
      .map((metric) => `${where} asks for ${metric}`),
  )
}

/** How many metrics of each part of the catalogue are looked at, and where. */
export const coverageTable = (
  sections: readonly { readonly title: string; readonly metrics: Metrics }[],
  uses: Uses,
): string =>
  [
    '| part | metrics | on dashboards | in alerts | in recording rules | nowhere |',
    '| --- | --- | --- | --- | --- | --- |',
    ...sections.map(({ title, metrics }) => {
      const found = Object.keys(metrics).map((name) => useOf(name, uses))
      const count = (has: (use: Use) => boolean): number => found.filter(has).length
      const nowhere = unused(metrics, uses).map((name) => `\`${name}\``)
      const cells = [
        title,
        found.length,
        count(({ dashboards }) => dashboards.length > 0),
        count(({ alerts }) => alerts.length > 0),
        count(({ recorded }) => recorded.length > 0),
        nowhere.length === 0 ? 'none' : nowhere.join(', '),
      ]
      return `| ${cells.join(' | ')} |`
    }),
  ].join('\n')
