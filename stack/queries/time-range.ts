/** Milliseconds since 1970, `from` < `to`. */
export interface TimeRange {
  readonly from: number
  readonly to: number
}

const unitMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const
type Unit = keyof typeof unitMs

/**
 * A point in time as Grafana writes it in `from` and `to`: `now`, `now-6h`, `now/d` (the beginning of the day), or
 * milliseconds since 1970; ISO dates too. Undefined for anything else.
 * @param end whether it ends a range: `now/d` is then the end of the day
 */
export function parseTime(text: string, now: number, end = false): number | undefined {
  const relative = /^now(?:([+-])(\d+)([smhdw]))?(?:\/([smhdw]))?$/.exec(text)
  if (relative) {
    const [, sign, amount, unit, rounded] = relative
    const distance = sign ? Number(amount) * unitMs[unit as Unit] : 0
    const at = sign === '-' ? now - distance : now + distance
    return rounded ? roundedTo(rounded as Unit, at, end) : at
  }
  if (/^\d{9,15}$/.test(text)) return Number(text)
  if (!/^\d{4}-\d\d-\d\d/.test(text)) return undefined
  const parsed = Date.parse(text)
  return Number.isNaN(parsed) ? undefined : parsed
}

/** The beginning of the second, minute, … week (Monday) around a time, in the zone of this machine; or its end. */
function roundedTo(unit: Unit, at: number, end: boolean): number {
  const start = new Date(at)
  if (unit === 's') start.setMilliseconds(0)
  else if (unit === 'm') start.setSeconds(0, 0)
  else if (unit === 'h') start.setMinutes(0, 0, 0)
  else start.setHours(0, 0, 0, 0)
  if (unit === 'w') start.setDate(start.getDate() - ((start.getDay() + 6) % 7))
  return end ? start.getTime() + unitMs[unit] - 1 : start.getTime()
}

/** The range between two such points; the last hour where one of them cannot be read or they are the wrong way round. */
export function parseRange(from: string, to: string, now: number = Date.now()): TimeRange {
  const range = { from: parseTime(from, now), to: parseTime(to, now, true) }
  if (range.from === undefined || range.to === undefined || range.from >= range.to) {
    return { from: now - unitMs.h, to: now }
  }
  return { from: range.from, to: range.to }
}

/** A duration as Prometheus reads it, in whole seconds where there are any: 15000 → `15s`, 500 → `500ms`. */
export function promDuration(milliseconds: number): string {
  return milliseconds % 1_000 === 0 ? `${milliseconds / 1_000}s` : `${Math.round(milliseconds)}ms`
}

/** The steps at which people read a time axis; Grafana rounds to such values too. */
const niceSteps = [1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1_200, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200]

/** The step in milliseconds that gives at most `points` points over the range, never below `minimum` (milliseconds). */
export function stepFor(range: TimeRange, points: number, minimum: number): number {
  const wanted = Math.max((range.to - range.from) / points, minimum)
  const seconds = niceSteps.find((step) => step * 1_000 >= wanted)
  return seconds ? seconds * 1_000 : Math.ceil(wanted / unitMs.d) * unitMs.d
}
