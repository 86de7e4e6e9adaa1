/** One number of many, by Grafana's names of calculations. */

type Values = readonly (number | null)[]

const present = (values: Values): number[] => values.filter((value) => value !== null)

const sum = (values: Values): number => present(values).reduce((total, value) => total + value, 0)

const calculations: Readonly<Record<string, (values: Values) => number | null>> = {
  lastNotNull: (values) => values.findLast((value) => value !== null) ?? null,
  last: (values) => values.at(-1) ?? null,
  firstNotNull: (values) => values.find((value) => value !== null) ?? null,
  first: (values) => values[0] ?? null,
  max: (values) => present(values).reduce<number | null>((most, value) => Math.max(most ?? value, value), null),
  min: (values) => present(values).reduce<number | null>((least, value) => Math.min(least ?? value, value), null),
  mean: (values) => (present(values).length > 0 ? sum(values) / present(values).length : null),
  sum: (values) => (present(values).length > 0 ? sum(values) : null),
  count: (values) => present(values).length,
  range: (values) => {
    const [high, low] = [reduce(values, 'max'), reduce(values, 'min')]
    return high === null || low === null ? null : high - low
  },
  diff: (values) => {
    const [first, last] = [reduce(values, 'firstNotNull'), reduce(values, 'lastNotNull')]
    return first === null || last === null ? null : last - first
  },
}

/** A calculation that is not known gives the last value. */
export function reduce(values: Values, calculation: string): number | null {
  const calculate = Object.hasOwn(calculations, calculation) ? calculations[calculation] : undefined
  return (calculate ?? (calculations.lastNotNull as (values: Values) => number | null))(values)
}

const titles: Readonly<Record<string, string>> = { lastNotNull: 'last', firstNotNull: 'first', sum: 'total' }

/** How a calculation is called above its column. */
export const titleOf = (calculation: string): string => titles[calculation] ?? calculation
