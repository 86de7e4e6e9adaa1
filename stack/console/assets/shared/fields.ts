/** What a panel's settings say of one field: Grafana's defaults with the overrides that match it, and how a value looks. */
import { formatValue } from './units.ts'

export interface Threshold {
  /** Null for the first: from minus infinity. */
  readonly value: number | null
  readonly color: string
}
export interface Mapped {
  readonly text?: string
  readonly color?: string
}
export interface Mapping {
  readonly type: string
  readonly options?: Readonly<Record<string, unknown>>
}
export interface DataLink {
  readonly title?: string
  readonly url: string
}
export interface Field {
  readonly unit?: string
  readonly decimals?: number
  readonly min?: number
  readonly max?: number
  readonly noValue?: string
  readonly displayName?: string
  readonly color?: { readonly mode?: string; readonly fixedColor?: string }
  readonly thresholds?: { readonly mode?: string; readonly steps?: readonly Threshold[] }
  readonly mappings?: readonly Mapping[]
  readonly links?: readonly DataLink[]
  readonly custom?: Readonly<Record<string, unknown>>
}
export interface Override {
  readonly matcher: { readonly id: string; readonly options?: unknown }
  readonly properties: readonly { readonly id: string; readonly value?: unknown }[]
}
export interface FieldConfig {
  readonly defaults?: Field
  readonly overrides?: readonly Override[]
}
/** What an override can match. */
export interface Named {
  readonly name: string
  readonly refId?: string
  readonly type?: 'number' | 'string' | 'time'
}

/** The settings of one field: the last override that says something wins. */
export function fieldOf(config: FieldConfig | undefined, named: Named): Field {
  let field: Record<string, unknown> = { ...config?.defaults }
  for (const { matcher, properties } of config?.overrides ?? []) {
    if (!matches(matcher, named)) continue
    for (const { id, value } of properties) field = withProperty(field, id.split('.'), value)
  }
  return field as Field
}

function withProperty(
  field: Record<string, unknown>,
  path: readonly string[],
  value: unknown,
): Record<string, unknown> {
  const [first = '', ...rest] = path
  if (rest.length === 0) return { ...field, [first]: value }
  return { ...field, [first]: withProperty((field[first] ?? {}) as Record<string, unknown>, rest, value) }
}

function matches({ id, options }: Override['matcher'], { name, refId, type }: Named): boolean {
  switch (id) {
    case 'byName':
      return options === name
    case 'byNames':
      return ((options as { names?: string[] } | undefined)?.names ?? []).includes(name)
    case 'byRegexp':
      return pattern(String(options)).test(name)
    case 'byFrameRefID':
      return options === refId
    case 'byType':
      return options === type
    default:
      return false
  }
}

/** Grafana writes a pattern as `/…/`; one that cannot be read matches nothing. */
function pattern(text: string): RegExp {
  try {
    const [, body = text, flags = ''] = /^\/(.*)\/([gimsuy]*)$/s.exec(text) ?? []
    return new RegExp(body, flags.replace('g', ''))
  } catch {
    return /(?!)/
  }
}

export interface Shown {
  readonly text: string
  /** A name of Grafana's, or CSS; undefined where nothing says one. */
  readonly color: string | undefined
}

/** A value as people read it: by its mapping, else with its unit; coloured by mapping, thresholds or the fixed colour. */
export function show(value: number | string | null, field: Field): Shown {
  const mapped = mappedOf(value, field.mappings ?? [])
  const color = mapped?.color ?? colourOfValue(value, field)
  const empty = value === null || value === '' || (typeof value === 'number' && Number.isNaN(value))
  const text =
    mapped?.text ??
    (empty
      ? (field.noValue ?? '–')
      : typeof value === 'number'
        ? formatValue(value, field.unit, field.decimals)
        : String(value))
  return { text, color }
}

function colourOfValue(value: number | string | null, field: Field): string | undefined {
  if (field.color?.mode === 'fixed') return field.color.fixedColor
  if (field.color?.mode !== 'thresholds' || typeof value !== 'number') return undefined
  return stepOf(value, field)?.color
}

/** The threshold in whose range the value lies. */
export function stepOf(value: number, field: Field): Threshold | undefined {
  return absoluteSteps(field).findLast(({ value: from }) => from === null || value >= from)
}

/** Thresholds as values: those in percent lie between `min` (0) and `max` (100). */
export function absoluteSteps({ thresholds, min = 0, max = 100 }: Field): readonly Threshold[] {
  const steps = thresholds?.steps ?? []
  if (thresholds?.mode !== 'percentage') return steps
  return steps.map((step) => (step.value === null ? step : { ...step, value: min + (step.value / 100) * (max - min) }))
}

function mappedOf(value: number | string | null, mappings: readonly Mapping[]): Mapped | undefined {
  for (const { type, options = {} } of mappings) {
    const found = mappedBy(type, options, value)
    if (found) return found
  }
  return undefined
}

function mappedBy(type: string, options: Readonly<Record<string, unknown>>, value: number | string | null) {
  const result = options.result as Mapped | undefined
  switch (type) {
    case 'value':
      return value === null || !Object.hasOwn(options, String(value)) ? undefined : (options[String(value)] as Mapped)
    case 'range': {
      const { from, to } = options as { from?: number | null; to?: number | null }
      return typeof value === 'number' && value >= (from ?? -Infinity) && value <= (to ?? Infinity) ? result : undefined
    }
    case 'regex':
      return typeof value === 'string' && pattern(String(options.pattern)).test(value) ? result : undefined
    case 'special':
      return isSpecial(String(options.match), value) ? result : undefined
    default:
      return undefined
  }
}

function isSpecial(match: string, value: number | string | null): boolean {
  const nan = typeof value === 'number' && Number.isNaN(value)
  if (match === 'null') return value === null
  if (match === 'nan') return nan
  if (match === 'null+nan') return value === null || nan
  return match === 'empty' && value === ''
}
