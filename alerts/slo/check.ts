import { type Duration, intervals, seconds } from '../../catalogue/intervals.ts'
import { number } from '../../catalogue/matchers.ts'
import { burnRateWindows } from '../../catalogue/slo.ts'

/** As in the catalogue: `critical` is a share where there is no `objective`, and a bound in seconds beside one. */
interface Objective {
  readonly target: number
  readonly window: Duration
  readonly objective?: number
  readonly critical?: number
}

interface Tier {
  readonly factor: number
  readonly long: Duration
}

/** What makes an objective useless, or one of its alerts, in sentences that begin with its id; nothing for a good one. */
export const sloProblems = (
  id: string,
  { target, window, objective, critical }: Objective,
  tiers: readonly Tier[] = burnRateWindows,
): string[] => {
  if (!(target > 0 && target < 1))
    return [
      `${id}: an objective of ${number(target * 100)} % leaves no error budget; it must lie between 0 % and 100 %`,
    ]
  const tooLong = [window, ...tiers.map(({ long }) => long)].filter(
    (one) => seconds(one) > seconds(intervals.retention),
  )
  return [
    ...strictness(id, { target, objective, critical }),
    ...tooLong.map(
      (one) => `${id}: the window of ${one} reaches beyond the ${intervals.retention} that Prometheus keeps`,
    ),
    ...tiers
      .filter(({ factor }) => factor * (1 - target) >= 1)
      .map(
        ({ factor, long }) =>
          `${id}: ${factor} times the budget over ${long} can never be exceeded at a target of ${number(target * 100)} %: ` +
          `${number(factor * (1 - target) * 100)} % of the events would have to be bad`,
      ),
  ]
}

/** A critical level that is reached before the target is missed would tell people that it is worse than bad when all is well. */
const strictness = (
  id: string,
  {
    target,
    objective,
    critical,
  }: { readonly target: number; readonly objective: number | undefined; readonly critical: number | undefined },
): string[] => {
  if (critical === undefined) return []
  if (objective !== undefined)
    return critical > objective
      ? []
      : [`${id}: the critical level of ${number(critical)} s is no laxer than the objective of ${number(objective)} s`]
  return critical < target
    ? []
    : [
        `${id}: the critical level of ${number(critical * 100)} % is no laxer than the target of ${number(target * 100)} %`,
      ]
}
