/** House style of panels that show where something stands: against its limits, or through time as states. */
import { PanelBuilder as BarGaugePanel } from '@grafana/grafana-foundation-sdk/bargauge'
import * as common from '@grafana/grafana-foundation-sdk/common'
import {
  BarGaugeDisplayMode,
  BarGaugeValueMode,
  VisibilityMode,
  VizOrientation,
} from '@grafana/grafana-foundation-sdk/common'
import { FieldColorBuilder, FieldColorModeId } from '@grafana/grafana-foundation-sdk/dashboard'
import { PanelBuilder as GaugePanel } from '@grafana/grafana-foundation-sdk/gauge'
import { PanelBuilder as StateTimelinePanel } from '@grafana/grafana-foundation-sdk/statetimeline'
import { linkBuilder } from './links.ts'
import type { Numbers } from './panels.ts'
import { mappings, type States } from './states.ts'
import { thresholds, tooltip } from './style.ts'
import { rangeTarget, sourceOf } from './targets.ts'
import type { Tile } from './tile.ts'

type Scaled = Numbers & { readonly min?: number; readonly max?: number; readonly decimals?: number }

const lastOf = () => new common.ReduceDataOptionsBuilder().calcs(['lastNotNull'])
/** Grafana makes one table of what Loki says of a moment: there each row is a bar, named by its label. */
const barsOf = (queries: Numbers['queries']) =>
  queries.some(({ expr }) => 'kind' in expr) ? new common.ReduceDataOptionsBuilder().values(true).calcs([]) : lastOf()
const byThreshold = () => new FieldColorBuilder().mode(FieldColorModeId.Thresholds)

/** One number on a scale whose limits are drawn on it. */
export const gauge = (options: Scaled): Tile => {
  const { title, description, unit, limits, queries, links = [], min = 0, max, decimals } = options
  const panel = new GaugePanel()
    .title(title)
    .description(description)
    .datasource(sourceOf(queries))
    .unit(unit)
    .noValue('no data')
    .min(min)
    .colorScheme(byThreshold())
    .thresholds(thresholds(limits))
    .showThresholdMarkers(true)
    .reduceOptions(lastOf())
    .links(links.map(linkBuilder))
    .targets(queries.map(rangeTarget))
  if (max !== undefined) panel.max(max)
  if (decimals !== undefined) panel.decimals(decimals)
  return { title, height: 6, panel, linked: links.length > 0 }
}

/** A bar for each series, the last value of each: which one stands out? */
export const barGauge = (options: Scaled): Tile => {
  const { title, description, unit, limits, queries, links = [], seriesLinks = [], min = 0, max, decimals } = options
  const panel = new BarGaugePanel()
    .title(title)
    .description(description)
    .datasource(sourceOf(queries))
    .unit(unit)
    .noValue('no data')
    .min(min)
    .colorScheme(byThreshold())
    .thresholds(thresholds(limits))
    .orientation(VizOrientation.Horizontal)
    .displayMode(BarGaugeDisplayMode.Basic)
    .valueMode(BarGaugeValueMode.Color)
    .showUnfilled(true)
    .reduceOptions(barsOf(queries))
    .links(links.map(linkBuilder))
    .dataLinks(seriesLinks.map(linkBuilder))
    .targets(queries.map(rangeTarget))
  if (max !== undefined) panel.max(max)
  if (decimals !== undefined) panel.decimals(decimals)
  return { title, height: 8, panel, linked: links.length + seriesLinks.length > 0 }
}

/** A band for each series, coloured by the state it was in. */
export const stateTimeline = (options: Omit<Numbers, 'unit' | 'limits'> & { readonly states: States }): Tile => {
  const { title, description, queries, links = [], states, height = 8 } = options
  const panel = new StateTimelinePanel()
    .title(title)
    .description(description)
    .datasource(sourceOf(queries))
    .unit('short')
    .noValue('no data')
    // By thresholds Grafana would merge states and write their ranges in place of their names.
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.PaletteClassic))
    .mappings(mappings(states))
    .mergeValues(true)
    .showValue(VisibilityMode.Auto)
    .rowHeight(0.8)
    .tooltip(tooltip())
    .links(links.map(linkBuilder))
    .targets(queries.map(rangeTarget))
  return { title, height, panel, linked: links.length > 0 }
}
