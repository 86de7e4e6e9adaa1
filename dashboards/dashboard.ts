import {
  DashboardBuilder,
  DashboardCursorSync,
  type Dashboard as Generated,
  TimePickerBuilder,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { annotations } from './annotations.ts'
import { layout, type Row } from './layout.ts'
import { otherDashboards, ourTag, titles, type Uid } from './links.ts'
import { variablesOf } from './variables.ts'

/** A dashboard as its file states it: rows in reading order, from "are users hurt?" down to causes. */
export interface Dashboard {
  readonly uid: Uid
  /** Which question it answers. */
  readonly description: string
  readonly tags: readonly string[]
  readonly rows: readonly Row[]
}

/** Grafana's JSON in the classic schema, the only one that file provisioning takes. */
export const generate = ({ uid, description, tags, rows }: Dashboard): Generated => {
  const panels = layout(rows)
  const built = new DashboardBuilder(titles[uid])
    .uid(uid)
    .description(`${description} Generated from dashboards/${uid}.ts by npm run build:dashboards: do not edit.`)
    .tags([ourTag, 'generated', ...tags])
    .readonly()
    .timezone('browser')
    .time({ from: 'now-1h', to: 'now' })
    .refresh('30s')
    .timepicker(new TimePickerBuilder().refreshIntervals(['5s', '30s', '1m', '5m', '15m']))
    .tooltip(DashboardCursorSync.Crosshair)
    .variables(variablesOf(panels))
    .annotations(annotations())
    .links([otherDashboards()])
    .build()
  return { ...built, panels }
}
