import { and, max, sum, topk, unless, type Vector } from '../catalogue/promql.ts'
import type { Query } from './targets.ts'

/** Lines that a person can still tell apart. */
export const most = 8

/**
 * The series that are largest by `rank`, and all others in one: for labels with more values than a legend can hold. The rank
 * is taken over the whole time shown (`increaseShown`, `countShown`, `maxShown`…) and not anew at each step, so that no line
 * comes and goes. Both must have the same labels. The others are summed; of what cannot be added (quantiles, shares, ages)
 * the worst is shown.
 */
export const topAndOthers = <L extends string>(
  of: Vector<L>,
  rank: Vector<L>,
  {
    legend,
    others = 'sum',
    shown = most,
  }: { readonly legend: string; readonly others?: 'sum' | 'max'; readonly shown?: number },
): readonly Query[] => {
  const largest = topk(shown, rank)
  const rest = unless(of, largest)
  return [
    { expr: and(of, largest), legend },
    {
      expr: others === 'sum' ? sum(rest) : max(rest),
      legend: others === 'sum' ? 'others' : 'worst of the others',
      colour: 'aside',
    },
  ]
}
