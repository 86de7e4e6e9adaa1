import { type Duration, intervals, seconds } from '../../catalogue/intervals.ts'
import { number } from '../../catalogue/matchers.ts'
import { burnRateWindows } from '../../catalogue/slo.ts'

interface Objective {
  readonly target: number
  readonly window: Duration
}

interface Tier {
  readonly factor: number
  readonly long: Duration
}

/** What makes an objective useless, or one of its alerts, in sentences that begin with its id; nothing for a good one. */
export const sloProblems = (
  id: string,
  { target, window }: Objective,
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
