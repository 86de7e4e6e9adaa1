/** House style of panels that list things: numbers by label, log lines, traces. */
import * as common from '@grafana/grafana-foundation-sdk/common'
import { LogsDedupStrategy, LogsSortOrder } from '@grafana/grafana-foundation-sdk/common'
import { PanelBuilder as LogsPanel } from '@grafana/grafana-foundation-sdk/logs'
import { PanelBuilder as TablePanel } from '@grafana/grafana-foundation-sdk/table'
import type { LogMetric, LogQuery } from '../catalogue/logql.ts'
import type { Vector } from '../catalogue/promql.ts'
import type { TraceQuery } from '../catalogue/traceql.ts'
import { datasources } from './datasources.ts'
import type { Limits } from './limits.ts'
import { type Link, linkBuilder } from './links.ts'
import { thresholds, type Unit } from './style.ts'
import { logsTarget, refId, sourceOf, tableTarget, tracesTarget } from './targets.ts'
import type { About, Tile } from './tile.ts'

export interface Column {
  readonly title: string
  readonly unit: Unit
  readonly expr: Vector | LogMetric
  readonly limits?: Limits
}

/** A label whose values name the rows. */
interface Named {
  readonly label: string
  readonly title: string
}

/** A row for each value of the label `by`, or for each combination of several; a column a query; sorted by the first. */
export const table = (
  options: About & {
    readonly by: Named | readonly [Named, ...Named[]]
    readonly columns: readonly Column[]
    /** Of the cells of the first label. */
    readonly rowLinks?: readonly Link[]
  },
): Tile => {
  const { title, description, by, columns, links = [], rowLinks = [], height = 9 } = options
  const [first] = columns
  const names = 'label' in by ? [by] : by
  if (!first) throw new Error(`${title}: a table needs a column`)
  // Grafana names the values of several queries "Value #A", "Value #B"…, and those of one "Value".
  const field = (index: number): string => (columns.length > 1 ? `Value #${refId(index)}` : 'Value')
  const panel = new TablePanel()
    .title(title)
    .description(description)
    .datasource(sourceOf(columns))
    .unit(first.unit)
    .noValue('–')
    .filterable(true)
    .thresholds(thresholds())
    .sortBy([new common.TableSortByFieldStateBuilder().displayName(first.title).desc(true)])
    .links(links.map(linkBuilder))
    .withTransformation({ id: 'merge', options: {} })
    .withTransformation({
      id: 'organize',
      options: {
        excludeByName: { Time: true },
        // In the order of `by`, which is not that of the alphabet.
        indexByName: Object.fromEntries(
          [...names.map(({ label }) => label), ...columns.map((_, i) => field(i))].map((name, i) => [name, i]),
        ),
        renameByName: {
          ...Object.fromEntries(names.map((name) => [name.label, name.title])),
          ...Object.fromEntries(columns.map((column, i) => [field(i), column.title])),
        },
      },
    })
    .targets(columns.map((column, i) => tableTarget(column.expr, i)))
  for (const { title: name, unit, limits } of columns)
    panel.overrideByName(name, [
      { id: 'unit', value: unit },
      ...(limits
        ? [
            { id: 'thresholds', value: thresholds(limits).build() },
            { id: 'custom.cellOptions', value: { type: 'color-text' } },
          ]
        : []),
    ])
  if (rowLinks.length > 0) panel.overrideByName(names[0].title, [{ id: 'links', value: rowLinks }])
  return { title, height, panel, linked: links.length + rowLinks.length > 0 }
}

/** Log lines, newest first; each opens with its fields and the link to its trace. */
export const logs = (options: About & { readonly query: LogQuery }): Tile => {
  const { title, description, query, links = [] } = options
  const panel = new LogsPanel()
    .title(title)
    .description(description)
    .datasource(datasources.loki)
    .showTime(true)
    .wrapLogMessage(true)
    .enableLogDetails(true)
    .sortOrder(LogsSortOrder.Descending)
    .dedupStrategy(LogsDedupStrategy.None)
    .links(links.map(linkBuilder))
    .targets([logsTarget(query)])
  // Each line leads on by itself.
  return { title, height: 10, panel, linked: true }
}

/** Traces, newest first or of these the slowest first; each opens in the explorer, and from there its logs. */
export const traces = (options: About & { readonly query: TraceQuery; readonly slowestFirst?: boolean }): Tile => {
  const { title, description, query, links = [], height = 10, slowestFirst = false } = options
  const panel = new TablePanel()
    .title(title)
    .description(description)
    .datasource(datasources.tempo)
    // Durations come with their own unit.
    .unit('ms')
    .noValue('none')
    .links(links.map(linkBuilder))
    .targets([tracesTarget(query, slowestFirst ? 50 : 20)])
  if (slowestFirst) panel.sortBy([new common.TableSortByFieldStateBuilder().displayName('Duration').desc(true)])
  // Each line leads on by itself.
  return { title, height, panel, linked: true }
}
