/**
 * Numbers as Grafana writes them under its unit names. Also served to the browser, with its types stripped: it imports
 * nothing.
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
  bytes: binary,
  decbytes: decimal,
  Bps: per(decimal),
  binBps: per(binary),
  reqps: counts(' req/s'),
  ops: counts(' ops/s'),
  rps: counts(' rd/s'),
  wps: counts(' wr/s'),
  cps: counts(' c/s'),
  percent: [{ from: 0, divide: 1, suffix: '%' }],
  percentunit: [{ from: 0, divide: 0.01, suffix: '%' }],
}

/** What a value of the unit must be multiplied by to be in the unit of its scale. */
const toBase: Readonly<Record<string, number>> = { ms: 1e-3, µs: 1e-6, ns: 1e-9 }

/** A value with its unit: `formatValue(0.25, 's')` → `250 ms`. Without `decimals` three digits count. */
export function formatValue(value: number | null, unit = 'short', decimals?: number): string {
  if (value === null || Number.isNaN(value)) return '–'
  const scaled = value * (toBase[unit] ?? 1)
  const steps = scales[unit] ?? plain
  const { divide, suffix } = (scaled === 0 ? zeroScale(steps) : steps.find(({ from }) => Math.abs(scaled) >= from)) ?? {
    divide: 1,
    suffix: '',
  }
  const number = scaled / divide
  // A unit that is not known stands beside the number as it is.
  return `${digits(number, decimals)}${scales[unit] ? suffix : ` ${unit}`}`
}

/** Nothing is 0 s, not 0 ns. */
const zeroScale = (steps: readonly Scale[]): Scale | undefined =>
  steps.find(({ divide }) => divide === 1) ?? steps.at(-1)

function digits(number: number, decimals?: number): string {
  const text = decimals === undefined ? String(Number(number.toPrecision(3))) : number.toFixed(decimals)
  // What rounds to nothing has no sign.
  return text === '-0' ? '0' : text
}
