/**
 * House style: every panel of every dashboard is made here, so that all look and behave alike. A panel says what it shows
 * (`title`), what to do when it looks wrong (`description`), in which unit, and where good ends (`limits`).
 */
import * as common from '@grafana/grafana-foundation-sdk/common'
import {
  BigValueColorMode,
  BigValueGraphMode,
  GraphDrawStyle,
  GraphThresholdsStyleMode,
  HeatmapCellLayout,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
} from '@grafana/grafana-foundation-sdk/common'
import { FieldColorBuilder, FieldColorModeId } from '@grafana/grafana-foundation-sdk/dashboard'
import * as heatmaps from '@grafana/grafana-foundation-sdk/heatmap'
import { PanelBuilder as StatPanel } from '@grafana/grafana-foundation-sdk/stat'
import { PanelBuilder as TimeseriesPanel } from '@grafana/grafana-foundation-sdk/timeseries'
import type { Vector } from '../catalogue/promql.ts'
import { colours } from './colours.ts'
import { datasources } from './datasources.ts'
import type { Limits } from './limits.ts'
import { type Link, linkBuilder } from './links.ts'
import { mappings, type States } from './states.ts'
import { fixed, leastShown, legend, namedColours, thresholds, tooltip, type Unit } from './style.ts'
import { heatmapTarget, type Query, rangeTarget, refId, sourceOf } from './targets.ts'
import type { About, Tile } from './tile.ts'

export interface Numbers extends About {
  readonly unit: Unit
  readonly limits?: Limits
  readonly queries: readonly Query[]
  /** Where a click on a series leads. */
  readonly seriesLinks?: readonly Link[]
}

/** Curves over time. */
export const timeseries = (
  options: Numbers & { readonly stacked?: boolean; readonly min?: number; readonly max?: number },
): Tile => {
  const {
    title,
    description,
    unit,
    limits,
    queries,
    links = [],
    seriesLinks = [],
    stacked = false,
    min = 0,
    max,
    height = 8,
  } = options
  const panel = new TimeseriesPanel()
    .title(title)
    .description(description)
    .datasource(sourceOf(queries))
    .unit(unit)
    .min(min)
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
  for (const [index, { colour, exemplars }] of neutralWhenAlone(queries).entries())
    if (colour)
      panel.overrideByQuery(refId(index), [
        fixed(colours[colour]),
        ...(exemplars ? [{ id: 'custom.lineStyle', value: { fill: 'dash', dash: [4, 8] } }] : []),
      ])
  return { title, height, panel, linked: links.length + seriesLinks.length > 0 }
}

/** A curve that stands alone under a fixed name has nothing to be told apart from: an automatic colour might look like a verdict. */
const neutralWhenAlone = (queries: readonly Query[]): readonly Query[] => {
  const [only, ...others] = queries
  return only && others.length === 0 && !only.colour && !only.legend.includes('{{')
    ? [{ ...only, colour: 'amount' }]
    : queries
}

/** One number, coloured by its limits or by what it means, with its course behind it. */
export const stat = (options: Numbers & { readonly decimals?: number; readonly states?: States }): Tile => {
  const { title, description, unit, limits, queries, links = [], decimals, states } = options
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
  if (states) panel.mappings(mappings(states))
  return { title, height: 4, panel, linked: links.length > 0 }
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
  return { title, height: 8, panel, linked: links.length > 0 }
}
