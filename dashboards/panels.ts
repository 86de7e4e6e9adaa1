/**
 * House style: every panel of every dashboard is made here, so that all look and behave alike. A panel says what it shows
 * (`title`), what to do when it looks wrong (`description`), in which unit, and where good ends (`limits`).
 */
import type { Builder } from '@grafana/grafana-foundation-sdk/cog'
import * as common from '@grafana/grafana-foundation-sdk/common'
import {
  BigValueColorMode,
  BigValueGraphMode,
  GraphDrawStyle,
  GraphThresholdsStyleMode,
  HeatmapCellLayout,
  LogsDedupStrategy,
  LogsSortOrder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
} from '@grafana/grafana-foundation-sdk/common'
import { FieldColorBuilder, FieldColorModeId, type Panel } from '@grafana/grafana-foundation-sdk/dashboard'
import * as heatmaps from '@grafana/grafana-foundation-sdk/heatmap'
import { PanelBuilder as LogsPanel } from '@grafana/grafana-foundation-sdk/logs'
import { PanelBuilder as StatPanel } from '@grafana/grafana-foundation-sdk/stat'
import { PanelBuilder as TablePanel } from '@grafana/grafana-foundation-sdk/table'
import { PanelBuilder as TimeseriesPanel } from '@grafana/grafana-foundation-sdk/timeseries'
import type { LogQuery } from '../catalogue/logql.ts'
import type { Vector } from '../catalogue/promql.ts'
import type { TraceQuery } from '../catalogue/traceql.ts'
import { colours } from './colours.ts'
import { datasources } from './datasources.ts'
import type { Limits } from './limits.ts'
import { type Link, linkBuilder } from './links.ts'
import { fixed, leastShown, legend, namedColours, thresholds, tooltip, type Unit } from './style.ts'
import { heatmapTarget, logsTarget, type Query, rangeTarget, refId, tableTarget, tracesTarget } from './targets.ts'

/** A panel without a place; `height` in grid units of about 30 pixels. */
export interface Tile {
  readonly title: string
  readonly height: number
  readonly panel: Builder<Panel> & { id(id: number): unknown; gridPos(at: Panel['gridPos'] & object): unknown }
}

interface About {
  readonly title: string
  /** What it shows where the title does not, and what to do when it looks wrong. */
  readonly description: string
  /** The next question. */
  readonly links?: readonly Link[]
}

interface Numbers extends About {
  readonly unit: Unit
  readonly limits?: Limits
  readonly queries: readonly Query[]
  /** Where a click on a series leads. */
  readonly seriesLinks?: readonly Link[]
}

/** Curves over time. */
export const timeseries = (options: Numbers & { readonly stacked?: boolean; readonly max?: number }): Tile => {
  const { title, description, unit, limits, queries, links = [], seriesLinks = [], stacked = false, max } = options
  const panel = new TimeseriesPanel()
    .title(title)
    .description(description)
    .datasource(sourceOf(queries))
    .unit(unit)
    .min(0)
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.PaletteClassic))
    .thresholds(thresholds(limits))
    .thresholdsStyle(
      new common.GraphThresholdsStyleConfigBuilder().mode(
        limits ? GraphThresholdsStyleMode.Dashed : GraphThresholdsStyleMode.Off,
      ),
    )
    .drawStyle(GraphDrawStyle.Line)
    .lineWidth(1)
    .fillOpacity(stacked ? 40 : 8)
    .showPoints(VisibilityMode.Never)
    // A gap in the data must be seen as one.
    .spanNulls(false)
    .tooltip(tooltip())
    .legend(legend(queries))
    .links(links.map(linkBuilder))
    .targets(queries.map(rangeTarget))
  for (const [pattern, colour] of namedColours(queries)) panel.overrideByRegexp(`/${pattern}/`, [fixed(colour)])
  if (stacked) panel.stacking(new common.StackingConfigBuilder().mode(StackingMode.Normal).group('A'))
  const least = leastShown[unit]
  if (max !== undefined) panel.max(max)
  else if (least !== undefined) panel.axisSoftMax(least)
  if (seriesLinks.length > 0) panel.dataLinks(seriesLinks.map(linkBuilder))
  for (const [index, { colour, exemplars }] of queries.entries())
    if (colour)
      panel.overrideByQuery(refId(index), [
        fixed(colours[colour]),
        ...(exemplars ? [{ id: 'custom.lineStyle', value: { fill: 'dash', dash: [4, 8] } }] : []),
      ])
  return { title, height: 8, panel }
}

/** One number, coloured by its limits, with its course behind it. */
export const stat = (options: Numbers & { readonly decimals?: number }): Tile => {
  const { title, description, unit, limits, queries, links = [], decimals } = options
  const panel = new StatPanel()
    .title(title)
    .description(description)
    .datasource(sourceOf(queries))
    .unit(unit)
    .noValue('no data')
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Thresholds))
    .thresholds(thresholds(limits))
    .colorMode(BigValueColorMode.Value)
    .graphMode(BigValueGraphMode.Area)
    .reduceOptions(new common.ReduceDataOptionsBuilder().calcs(['lastNotNull']))
    .links(links.map(linkBuilder))
    .targets(queries.map(rangeTarget))
  if (decimals !== undefined) panel.decimals(decimals)
  return { title, height: 4, panel }
}

/** How many observations fell into which bucket, over time. */
export const heatmap = (options: About & { readonly unit: Unit; readonly buckets: Vector<'le'> }): Tile => {
  const { title, description, unit, buckets, links = [] } = options
  const panel = new heatmaps.PanelBuilder()
    .title(title)
    .description(description)
    .datasource(datasources.prometheus)
    .calculate(false)
    .rowsFrame(new heatmaps.RowsHeatmapOptionsBuilder().layout(HeatmapCellLayout.Le))
    .color(
      new heatmaps.HeatmapColorOptionsBuilder()
        .mode(heatmaps.HeatmapColorMode.Scheme)
        .scheme('Blues')
        .fill(colours.amount)
        .scale(heatmaps.HeatmapColorScale.Exponential)
        .exponent(0.5)
        .steps(64),
    )
    .cellGap(1)
    .yAxis(new heatmaps.YAxisConfigBuilder().unit(unit))
    .cellValues(new heatmaps.CellValuesBuilder().unit('reqps'))
    .tooltip(new heatmaps.HeatmapTooltipBuilder().mode(TooltipDisplayMode.Single).yHistogram(true))
    .unit(unit)
    .links(links.map(linkBuilder))
    .targets([heatmapTarget(buckets)])
  return { title, height: 8, panel }
}

export interface Column {
  readonly title: string
  readonly unit: Unit
  readonly expr: Vector
  readonly limits?: Limits
}

/** A row for each value of the label `by`, a column a query; sorted by the first. */
export const table = (
  options: About & {
    readonly by: { readonly label: string; readonly title: string }
    readonly columns: readonly Column[]
    readonly rowLinks?: readonly Link[]
  },
): Tile => {
  const { title, description, by, columns, links = [], rowLinks = [] } = options
  const [first] = columns
  if (!first) throw new Error(`${title}: a table needs a column`)
  // Grafana names the values of several queries "Value #A", "Value #B"…, and those of one "Value".
  const field = (index: number): string => (columns.length > 1 ? `Value #${refId(index)}` : 'Value')
  const panel = new TablePanel()
    .title(title)
    .description(description)
    .datasource(datasources.prometheus)
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
        renameByName: {
          [by.label]: by.title,
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
  if (rowLinks.length > 0) panel.overrideByName(by.title, [{ id: 'links', value: rowLinks }])
  return { title, height: 9, panel }
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
  return { title, height: 10, panel }
}

/** Traces, newest first; each opens in the explorer, and from there its logs. */
export const traces = (options: About & { readonly query: TraceQuery }): Tile => {
  const { title, description, query, links = [] } = options
  const panel = new TablePanel()
    .title(title)
    .description(description)
    .datasource(datasources.tempo)
    // Durations come with their own unit.
    .unit('ms')
    .noValue('none')
    .links(links.map(linkBuilder))
    .targets([tracesTarget(query)])
  return { title, height: 10, panel }
}

/** Grafana's word for several sources in one panel is a source of its own; a panel of ours has one. */
const sourceOf = (queries: readonly Query[]) => {
  const kinds = new Set(queries.map(({ expr }) => ('kind' in expr ? 'loki' : 'prometheus')))
  const [kind] = kinds
  if (kinds.size !== 1 || !kind) throw new Error('a panel asks one data source')
  return datasources[kind]
}
