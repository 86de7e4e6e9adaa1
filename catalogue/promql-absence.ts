/** What did not come: sooner than `absent`, which remembers the last value of a series that ends without a word for five minutes. */
import type { Selector, Vector, Window } from './promql.ts'
import type { NameOf } from './series.ts'

const overTime = (series: string, window: Window): Vector<never> => ({
  text: `absent_over_time(${series}[${window}])`,
  power: 9,
})

/** 1 when nothing that matches came within the window. */
export const absentOverTime = <N extends NameOf<'counter' | 'gauge'>>(of: Selector<N>, window: Window): Vector<never> =>
  overTime(`${of.name}${of.matchers}`, window)

/** The same of a histogram. */
export const absentCountOverTime = <N extends NameOf<'histogram'>>(of: Selector<N>, window: Window): Vector<never> =>
  overTime(`${of.name}_count${of.matchers}`, window)
