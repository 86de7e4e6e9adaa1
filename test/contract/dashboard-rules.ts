/**
 * What every dashboard must keep: the rules of Grafana's dashboard-linter (https://github.com/grafana/dashboard-linter), and
 * those of our own house. Each rule takes the JSON and answers what is wrong, a sentence each.
 */
import { parseErrors } from '../grammar.ts'
import {
  type DashboardJson,
  dataPanels,
  everyText,
  type PanelJson,
  promSelectors,
  queriesOf,
  substituted,
  unitOf,
  type VariableJson,
} from './dashboard-json.ts'
import { fittingBucketUnits, fittingUnits, seriesAtMost } from './unit-of.ts'

export type Rule = (dashboard: DashboardJson) => string[]

/** Made by rules from series of all instances, so that there is no job or instance to match: an alert has the labels of its own expression. */
const aggregated = (metric: string): boolean =>
  metric.includes(':') || metric === 'ALERTS' || metric === 'redis_hit_rate'

const variable = (dashboard: DashboardJson, name: string): VariableJson | undefined =>
  dashboard.templating.list.find((each) => each.name === name)

const queryVariable =
  (name: string, label: string): Rule =>
  (dashboard) => {
    const found = variable(dashboard, name)
    if (!found) return [`has no variable "${name}"`]
    const wrong: string[] = []
    if (found.type !== 'query') wrong.push(`"${name}" is not asked of Prometheus`)
    if (found.label !== label) wrong.push(`"${name}" is labelled "${found.label}", not "${label}"`)
    if (found.datasource?.uid !== '$' + '{prometheus_datasource}')
      wrong.push(`"${name}" does not use the data source chosen`)
    if (found.multi !== true || found.includeAll !== true) wrong.push(`of "${name}" one cannot choose several or all`)
    if (found.allValue !== '.+') wrong.push(`all of "${name}" is "${found.allValue}", not ".+"`)
    return wrong
  }

/** Units that Grafana knows; those that we use. */
const units = new Set([
  's',
  'ms',
  'bytes',
  'Bps',
  'percentunit',
  'percent',
  'reqps',
  'ops',
  'cpm',
  'short',
  'bool_yes_no',
])

/** What a person can tell apart in a legend that is a table sorted by size. */
const mostInLegend = 40

const overlaps = (a: PanelJson['gridPos'], b: PanelJson['gridPos']): boolean =>
  a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h

const used = (texts: string[]): Set<string> =>
  new Set(texts.flatMap((text) => [...text.matchAll(/\$\{?([A-Za-z]\w*)/g)].map(([, name]) => name ?? '')))

const duplicates = <T>(values: T[]): T[] => values.filter((value, i) => values.indexOf(value) !== i)

const datasourceTypes = { prometheus: 'Prometheus', loki: 'Loki', tempo: 'Tempo' } as const

export const rules = {
  'data sources are chosen by variables with the usual names': (dashboard) => {
    const found = dashboard.templating.list.filter(({ type }) => type === 'datasource')
    if (found.length === 0) return ['has no variable for its data source']
    return found.flatMap(({ name, label, query }) => {
      const title = datasourceTypes[query as keyof typeof datasourceTypes]
      return [
        ...(name === `${query}_datasource` ? [] : [`"${name}" should be called "${query}_datasource"`]),
        ...(label === `${title} data source` ? [] : [`"${name}" is labelled "${label}", not "${title} data source"`]),
      ]
    })
  },
  'has a variable for the job': queryVariable('job', 'Job'),
  'has a variable for the instance': queryVariable('instance', 'Instance'),
  'variables are asked again when the time changes': ({ templating }) =>
    templating.list
      .filter(({ type, refresh }) => type === 'query' && refresh !== 2)
      .map(({ name }) => `"${name}" keeps its old values when the time changes`),
  'panels use the data source chosen': (dashboard) =>
    dataPanels(dashboard).flatMap(({ title, datasource, targets }) =>
      [datasource, ...targets.map((target) => target.datasource)]
        .filter(({ type, uid }) => uid !== `\${${type}_datasource}`)
        .map(({ uid }) => `"${title}" uses "${uid}"`),
    ),
  'panels have a title, and say what to do': (dashboard) =>
    dataPanels(dashboard)
      .filter(({ title, description }) => !title?.trim() || (description?.trim().length ?? 0) < 40)
      .map(({ title, id }) => `panel "${title}" (${id}) has no title, or no description that helps`),
  'panels have a unit that Grafana knows': (dashboard) =>
    dataPanels(dashboard)
      .filter(({ type, fieldConfig }) => type !== 'logs' && !units.has(fieldConfig.defaults.unit ?? ''))
      .map(({ title, fieldConfig }) => `"${title}" has the unit "${fieldConfig.defaults.unit}"`),
  'units fit what is measured': (dashboard) =>
    queriesOf(dashboard, 'prometheus').flatMap(({ panel, refId, text }) => {
      const unit = unitOf(panel, refId) ?? ''
      try {
        const fitting = (panel.type === 'heatmap' ? fittingBucketUnits : fittingUnits)(substituted(text))
        return fitting.includes(unit)
          ? []
          : [`"${panel.title}" shows "${unit}", but it is ${fitting.join(' or ') || 'in no unit'}: ${text}`]
      } catch (error) {
        return [`"${panel.title}": ${(error as Error).message}`]
      }
    }),
  'legends can be read where labels have many values': (dashboard) =>
    queriesOf(dashboard, 'prometheus')
      .filter(({ panel }) => ['timeseries', 'bargauge', 'stat'].includes(panel.type))
      .filter(({ text, legend }) => !text.includes('topk(') && seriesAtMost(text, legend) > mostInLegend)
      .map(({ panel, legend }) => `"${panel.title}" may have more than ${mostInLegend} series: ${legend}`),
  'deployments and alerts that fire are marked on every curve': ({ annotations }) =>
    [
      annotations.list.some(
        ({ expr, useValueForTime }) => expr.includes('process_start_time_seconds') && useValueForTime === true,
      )
        ? ''
        : 'deployments are not marked',
      ...['critical', 'warning'].map((severity) =>
        annotations.list.some(({ expr }) => expr === `ALERTS{alertstate="firing", severity="${severity}"}`)
          ? ''
          : `alerts of severity ${severity} are not marked`,
      ),
    ].filter((problem) => problem !== ''),
  'numbers lead to the next question': (dashboard) =>
    dataPanels(dashboard)
      .filter(({ type, datasource }) => type !== 'logs' && datasource.type !== 'tempo')
      .filter(
        ({ links = [], fieldConfig: { defaults, overrides = [] } }) =>
          links.length === 0 &&
          (defaults.links ?? []).length === 0 &&
          !overrides.some(({ properties }) => properties.some(({ id }) => id === 'links')),
      )
      .map(({ title }) => `"${title}" leads nowhere`),
  'panels ask something': (dashboard) =>
    dataPanels(dashboard)
      .filter(({ targets }) => !targets?.length)
      .map(({ title }) => `"${title}" has no query`),
  'PromQL parses': (dashboard) =>
    [
      ...queriesOf(dashboard, 'prometheus').map(({ text }) => text),
      ...dashboard.annotations.list.map(({ expr }) => expr),
    ].flatMap((text) => parseErrors('promql', substituted(text))),
  'LogQL parses': (dashboard) =>
    queriesOf(dashboard, 'loki').flatMap(({ text }) => parseErrors('logql', substituted(text))),
  'TraceQL parses': (dashboard) =>
    queriesOf(dashboard, 'tempo').flatMap(({ text }) => parseErrors('traceql', substituted(text))),
  'rates go over the interval that fits the zoom': (dashboard) =>
    queriesOf(dashboard, 'prometheus')
      .filter(({ text }) =>
        [...text.matchAll(/\bi?rate\(\w+(?:\{[^}]*\})?\[([^\]]+)\]/g)].some(
          ([, range]) => range !== '$__rate_interval',
        ),
      )
      .map(({ panel, text }) => `"${panel.title}" has a rate over a fixed window: ${text}`),
  'LogQL goes over the interval that fits the zoom': (dashboard) =>
    queriesOf(dashboard, 'loki')
      .filter(({ text, instant }) =>
        // One value at the end is about all that is shown.
        [...text.matchAll(/\[([^\]]+)\]/g)].some(([, range]) => range !== (instant ? '$__range' : '$__auto')),
      )
      .map(({ panel, text }) => `"${panel.title}" has a fixed window: ${text}`),
  'every selector matches the job': (dashboard) => unmatched(dashboard, 'job'),
  'every selector matches the instance': (dashboard) => unmatched(dashboard, 'instance'),
  'counters are rated': (dashboard) =>
    promSelectors(dashboard)
      .filter(
        ({ selector: { metric, call = '' } }) =>
          /_(total|bucket|count|sum)$/.test(metric) &&
          metric !== 'active_users_total' &&
          !['rate', 'irate', 'increase'].includes(call),
      )
      .map(({ panel, selector }) => `"${panel.title}" shows the raw counter ${selector.metric}`),
  'is not editable': ({ editable }) => (editable === false ? [] : ['can be edited, and edits would be lost']),

  'panels do not overlap': ({ panels }) =>
    panels.flatMap((a, i) =>
      panels
        .slice(i + 1)
        .flatMap((b) => (overlaps(a.gridPos, b.gridPos) ? [`"${a.title}" and "${b.title}" overlap`] : [])),
    ),
  'panels stay within the grid': ({ panels }) =>
    panels
      .filter(({ gridPos: { x, w, h } }) => x < 0 || w < 1 || h < 1 || x + w > 24)
      .map(({ title }) => `"${title}" does not fit into 24 columns`),
  'ids differ': ({ panels }) => duplicates(panels.map(({ id }) => id)).map((id) => `two panels have the id ${id}`),
  'no two panels ask the same': (dashboard) =>
    duplicates(
      dataPanels(dashboard).flatMap(({ title, targets }) => [
        ...new Set(targets.map(({ expr, query }) => expr ?? query ?? title)),
      ]),
    ).map((text) => `two panels ask: ${text}`),
  'variables are used, and those used exist': ({ templating, annotations, links, panels }) => {
    const names = templating.list.map(({ name }) => name)
    const texts = everyText([
      annotations,
      links,
      panels,
      templating.list.map(({ query, datasource }) => [query, datasource]),
    ])
    const builtIn = (name: string) => name.startsWith('__')
    const seen = used(texts)
    return [
      ...names.filter((name) => !seen.has(name)).map((name) => `nothing uses the variable "${name}"`),
      ...[...seen]
        .filter((name) => !builtIn(name) && !names.includes(name))
        .map((name) => `there is no variable "${name}"`),
    ]
  },
  'links keep time and variables': ({ links, panels }) => [
    ...links
      .filter(({ includeVars, keepTime }) => !includeVars || !keepTime)
      .map(({ title }) => `the link "${title}" forgets the time or the variables`),
    ...panels
      .flatMap((panel) => [...(panel.links ?? []), ...(panel.fieldConfig?.defaults.links ?? [])])
      .filter(({ url }) =>
        url.startsWith('/d/')
          ? !(url.includes('$' + '{__url_time_range}') && url.includes('$' + '{__all_variables}'))
          : !url.includes('$' + '{__from}'),
      )
      .map(({ title }) => `the link "${title}" forgets the time or the variables`),
  ],
  'says where it comes from': ({ uid, description }) =>
    description.includes(`Generated from dashboards/${uid}.ts`) && description.includes('do not edit')
      ? []
      : ['does not say that it is generated'],
} satisfies Record<string, Rule>

export type RuleName = keyof typeof rules

function unmatched(dashboard: DashboardJson, label: string): string[] {
  return promSelectors(dashboard)
    .filter(({ selector: { metric, conditions } }) =>
      aggregated(metric)
        ? false
        : !conditions.some((each) => each.label === label && each.op === '=~' && each.value === `$${label}`),
    )
    .map(({ panel, selector }) => `"${panel.title}": ${selector.metric} does not match ${label}`)
}
