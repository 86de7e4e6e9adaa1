/** How limits, legends and colours look, on every panel alike. */
import type { Builder } from '@grafana/grafana-foundation-sdk/cog'
import * as common from '@grafana/grafana-foundation-sdk/common'
import {
  LegendDisplayMode,
  LegendPlacement,
  SortOrder,
  TooltipDisplayMode,
} from '@grafana/grafana-foundation-sdk/common'
import {
  type DynamicConfigValue,
  FieldColorModeId,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { colours, seriesColours } from './colours.ts'
import type { Limits } from './limits.ts'
import type { Query } from './targets.ts'

/**
 * Units by Grafana's names: time, bytes (and per second), 0-1 and 0-100 percent, per second and per minute, plain numbers.
 * That a unit fits what is measured is held by `test/contract`.
 */
export type Unit =
  | 's'
  | 'ms'
  | 'bytes'
  | 'Bps'
  | 'percentunit'
  | 'percent'
  | 'reqps'
  | 'ops'
  | 'cpm'
  | 'short'
  | 'bool_yes_no'

/** Good, warning and critical from left to right, or the other way round. */
export const thresholds = (limits?: Limits): Builder<ReturnType<ThresholdsConfigBuilder['build']>> => {
  const steps = !limits
    ? [{ value: null, color: colours.amount }]
    : limits.good === 'below'
      ? [
          { value: null, color: colours.good },
          { value: limits.warning, color: colours.warning },
          { value: limits.critical, color: colours.bad },
        ]
      : [
          { value: null, color: colours.bad },
          { value: limits.critical, color: colours.warning },
          { value: limits.warning, color: colours.good },
        ]
  // Where warning and critical are one there are only two colours.
  const distinct = steps.filter((step, i) => step.value === null || step.value !== steps[i + 1]?.value)
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(distinct)
}

export const tooltip = () =>
  new common.VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending)

/** Few fixed names stand in a line; names made from labels may be many and get a table that can be sorted. */
export const legend = (queries: readonly Query[]) => {
  const many = queries.some((query) => query.legend.includes('{{'))
  const options = new common.VizLegendOptionsBuilder()
    .showLegend(true)
    .placement(LegendPlacement.Bottom)
    .displayMode(many ? LegendDisplayMode.Table : LegendDisplayMode.List)
  return many ? options.calcs(['lastNotNull', 'max']).sortBy('Max').sortDesc(true) : options
}

export const fixed = (color: string): DynamicConfigValue => ({
  id: 'color',
  value: { mode: FieldColorModeId.Fixed, fixedColor: color },
})

/** How far an axis reaches at least, so that noise around 0 is not magnified. */
export const leastShown: Readonly<Partial<Record<Unit, number>>> = {
  s: 0.01,
  percentunit: 0.01,
  reqps: 1,
  ops: 0.1,
  cpm: 1,
  ms: 10,
  Bps: 1000,
  short: 1,
}

/** The colours of names that mean the same everywhere. */
export const namedColours = (queries: readonly Query[]): [pattern: string, colour: string][] =>
  queries.flatMap(({ legend }) => Object.entries(seriesColours[/^\{\{(\w+)\}\}/.exec(legend)?.[1] ?? ''] ?? {}))
