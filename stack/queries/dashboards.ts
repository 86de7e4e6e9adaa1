import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Where `npm run build:dashboards` writes. */
export const dashboardsFolder = join(import.meta.dirname, '..', '..', 'dashboards', 'generated')

export type DatasourceType = 'prometheus' | 'loki' | 'tempo'

/** The parts of Grafana's classic dashboard JSON that we read. Whatever else a file holds stays in the object. */
export interface Dashboard {
  readonly uid: string
  readonly title: string
  readonly description?: string
  readonly tags?: readonly string[]
  readonly refresh?: string | false
  readonly time?: { readonly from: string; readonly to: string }
  readonly templating?: { readonly list?: readonly Variable[] }
  readonly annotations?: { readonly list?: readonly Annotation[] }
  readonly links?: readonly DashboardLink[]
  readonly timepicker?: { readonly refresh_intervals?: readonly string[] }
  readonly panels?: readonly Panel[]
}

/** What is drawn across all curves. The query stands in `target`, or in the older form beside the name. */
export interface Annotation {
  readonly name: string
  readonly enable?: boolean
  readonly iconColor?: string
  readonly datasource?: DatasourceRef
  readonly expr?: string
  readonly step?: string
  readonly titleFormat?: string
  readonly textFormat?: string
  /** The value is the time of an event, in milliseconds. */
  readonly useValueForTime?: boolean | string
  readonly target?: Target & { readonly step?: string; readonly useValueForTime?: boolean | string }
}

/** Above a dashboard: all dashboards of a tag, or one address. */
export interface DashboardLink {
  readonly type?: string
  readonly title?: string
  readonly tags?: readonly string[]
  readonly url?: string
  readonly asDropdown?: boolean
  readonly includeVars?: boolean
  readonly keepTime?: boolean
}

export interface Variable {
  readonly name: string
  readonly label?: string
  readonly type: string
  /** A query variable's text, a custom one's comma separated values, a datasource one's type. */
  readonly query?: string | { readonly query?: string }
  readonly current?: { readonly value?: string | readonly string[] }
  readonly allValue?: string | null
  readonly includeAll?: boolean
  readonly multi?: boolean
  readonly hide?: number
}

export interface DatasourceRef {
  readonly type?: string
  readonly uid?: string
}

export interface Target {
  readonly refId?: string
  readonly datasource?: DatasourceRef
  /** PromQL and LogQL. */
  readonly expr?: string
  /** TraceQL. */
  readonly query?: string
  readonly legendFormat?: string
  readonly instant?: boolean
  readonly range?: boolean
  readonly queryType?: string
  readonly hide?: boolean
  readonly exemplar?: boolean
  /** `table`: a row a series; `heatmap`: cumulative buckets. */
  readonly format?: string
  /** Most log lines, and most traces. */
  readonly maxLines?: number
  readonly limit?: number
}

export interface PanelLink {
  readonly title?: string
  readonly url?: string
}

export interface Panel {
  readonly id?: number
  readonly type: string
  readonly title?: string
  readonly description?: string
  readonly gridPos?: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }
  readonly datasource?: DatasourceRef
  readonly targets?: readonly Target[]
  readonly maxDataPoints?: number
  readonly interval?: string
  readonly links?: readonly PanelLink[]
  readonly fieldConfig?: { readonly defaults?: FieldDefaults; readonly overrides?: readonly unknown[] }
  readonly options?: Readonly<Record<string, unknown>>
  readonly transformations?: readonly { readonly id: string; readonly options?: unknown }[]
  /** A collapsed row holds its panels. */
  readonly panels?: readonly Panel[]
}

export interface FieldDefaults {
  readonly unit?: string
  readonly decimals?: number
  readonly min?: number
  readonly max?: number
  readonly thresholds?: { readonly mode?: string; readonly steps?: readonly Threshold[] }
  readonly mappings?: readonly ValueMapping[]
  readonly custom?: Readonly<Record<string, unknown>>
}

/** `value: null` is the base step: from minus infinity. */
export interface Threshold {
  readonly value: number | null
  readonly color: string
}

export interface ValueMapping {
  readonly type: string
  readonly options?: Readonly<Record<string, unknown>>
}

/** All generated dashboards of the folder and those within it, sorted by uid. An absent folder holds none. @throws on a file that is not JSON. */
export async function loadDashboards(folder: string = dashboardsFolder): Promise<Dashboard[]> {
  const files = await readdir(folder, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  const dashboards = await Promise.all(
    files
      .filter((file) => file.endsWith('.json'))
      .map(async (file) => JSON.parse(await readFile(join(folder, file), 'utf8')) as Dashboard),
  )
  const isOverview = ({ tags = [] }: Dashboard): number => (tags.includes('overview') ? 0 : 1)
  return dashboards.sort((a, b) => isOverview(a) - isOverview(b) || a.uid.localeCompare(b.uid))
}

/** Every panel that shows data, those in collapsed rows included; rows themselves are left out. */
export function dataPanels(dashboard: Dashboard): Panel[] {
  return (dashboard.panels ?? [])
    .flatMap((panel) => [panel, ...(panel.panels ?? [])])
    .filter((panel) => panel.type !== 'row' && panel.type !== 'text')
}
