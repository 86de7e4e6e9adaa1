/**
 * Numbers as Grafana writes them under its unit names. Runs on both sides: the browser gets it with its types stripped.
 */

interface Scale {
  /** From this size on; sizes fall. */
  readonly from: number
  readonly divide: number
  readonly suffix: string
}

const time: readonly Scale[] = [
  { from: 86_400, divide: 86_400, suffix: ' d' },
  { from: 3_600, divide: 3_600, suffix: ' h' },
  { from: 60, divide: 60, suffix: ' min' },
  { from: 1, divide: 1, suffix: ' s' },
  { from: 1e-3, divide: 1e-3, suffix: ' ms' },
  { from: 1e-6, divide: 1e-6, suffix: ' µs' },
  { from: 0, divide: 1e-9, suffix: ' ns' },
]

const powers = (base: number, suffixes: readonly string[]): Scale[] =>
  suffixes.map((suffix, power) => ({ from: power === 0 ? 0 : base ** power, divide: base ** power, suffix })).reverse()

const counts = (unit: string): Scale[] =>
  powers(
    1_000,
    ['', ' K', ' Mil', ' Bil', ' Tri'].map((size) => size + unit),
  )
const binary = powers(1_024, [' B', ' KiB', ' MiB', ' GiB', ' TiB', ' PiB'])
const decimal = powers(1_000, [' B', ' kB', ' MB', ' GB', ' TB', ' PB'])
const plain: readonly Scale[] = [{ from: 0, divide: 1, suffix: '' }]
const per = (scales: readonly Scale[]): Scale[] => scales.map((scale) => ({ ...scale, suffix: `${scale.suffix}/s` }))

const scales: Readonly<Record<string, readonly Scale[]>> = {
  none: plain,
  short: counts(''),
  s: time,
  ms: time,
  µs: time,
  ns: time,
  m: time,
  h: time,
  d: time,
  dtdurations: time,
  bytes: binary,
  decbytes: decimal,
  Bps: per(decimal),
  binBps: per(binary),
  reqps: counts(' req/s'),
  ops: counts(' ops/s'),
  rps: counts(' rd/s'),
  wps: counts(' wr/s'),
  cps: counts(' c/s'),
  eps: counts(' events/s'),
  mps: counts(' msg/s'),
  cpm: counts(' cpm'),
  opm: counts(' ops/min'),
  rpm: counts(' rd/min'),
  percent: [{ from: 0, divide: 1, suffix: ' %' }],
  percentunit: [{ from: 0, divide: 0.01, suffix: ' %' }],
  currencyUSD: counts(' $'),
  currencyEUR: counts(' €'),
  currencyDKK: counts(' kr'),
}

/** What a value of the unit must be multiplied by to be in the unit of its scale. */
const toBase: Readonly<Record<string, number>> = { ms: 1e-3, µs: 1e-6, ns: 1e-9, m: 60, h: 3_600, d: 86_400 }

const whole: Readonly<Record<string, number>> = { percentunit: 1, percent: 100 }

const two = (number: number): string => String(number).padStart(2, '0')

/** `2026-11-21 17:43:05`, in the reader's own zone: the one form in which all pages write a time. */
export function formatTime(milliseconds: number): string {
  const at = new Date(milliseconds)
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${formatClock(milliseconds)}`
}

/** `17:43:05`, where the day is plain. */
export function formatClock(milliseconds: number): string {
  const at = new Date(milliseconds)
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`
}

/** Units that are not numbers: yes and no, points in time (milliseconds since 1970). */
const words: Readonly<Record<string, (value: number) => string>> = {
  bool: (value) => (value === 0 ? 'false' : 'true'),
  bool_yes_no: (value) => (value === 0 ? 'no' : 'yes'),
  bool_on_off: (value) => (value === 0 ? 'off' : 'on'),
  dateTimeAsIso: formatTime,
  dateTimeAsLocal: formatTime,
  dateTimeAsSystem: formatTime,
  dateTimeFromNow: (value) => `${formatValue((Date.now() - value) / 1_000, 's')} ago`,
}

/**
 * A value with its unit: `formatValue(0.25, 's')` → `250 ms`. Without `decimals` three digits count, but never fewer than
 * those before the point. What falls below minus the whole (a budget of which more was used than there was) is said as the
 * number of times it is overdrawn: five digits of percent tell nobody anything.
 */
export function formatValue(value: number | null, unit = 'short', decimals?: number): string {
  if (value === null || Number.isNaN(value)) return '–'
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞'
  const word = words[unit]
  if (word) return word(value)
  const all = whole[unit]
  if (all !== undefined && value < -all) return `overdrawn ×${digits(-value / all)}`
  const scaled = value * (toBase[unit] ?? 1)
  const steps = scales[unit] ?? plain
  const { divide, suffix } = scaleOf(steps, scaled)
  // A unit that is not known stands beside the number as it is.
  return `${digits(scaled / divide, decimals)}${scales[unit] ? suffix : ` ${unit}`}`
}

function scaleOf(steps: readonly Scale[], value: number): Scale {
  // Nothing is 0 s, not 0 ns.
  const found =
    value === 0 ? steps.find(({ divide }) => divide === 1) : steps.find(({ from }) => Math.abs(value) >= from)
  return found ?? steps.at(-1) ?? { from: 0, divide: 1, suffix: '' }
}

function digits(number: number, decimals?: number): string {
  const text =
    decimals !== undefined
      ? number.toFixed(decimals)
      : Math.abs(number) >= 1_000
        ? String(Math.round(number))
        : String(Number(number.toPrecision(3)))
  // What rounds to nothing has no sign.
  return /^-0(\.0*)?$/.test(text) ? text.slice(1) : text
}
