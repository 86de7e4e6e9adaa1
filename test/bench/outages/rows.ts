import type { Row } from '../kit/bench.ts'
import type { Outcome } from './outage.ts'

/** One outage, as it is stored. */
export interface Measured extends Outcome {
  /** When it ended, ISO 8601. */
  readonly at: string
  readonly perSecond: number
  /** The machine's load average meanwhile: what else it did is in the requests' times. */
  readonly load: { readonly least: number; readonly most: number }
}

/** What earlier runs found. */
interface Stored {
  readonly rows: readonly Row[]
  readonly outcomes: readonly Outcome[]
}

/** What was measured now, and of what was not the rows and outcomes that are stored; by the titles' order. */
export const withOthers = (
  now: readonly Measured[],
  stored: Stored,
  order: readonly string[],
): { readonly rows: Row[]; readonly outcomes: Outcome[] } => {
  const kept = order.filter((title) => now.every((one) => one.title !== title))
  const both = order.map((title) => ({
    outcomes: (kept.includes(title) ? stored.outcomes : now).filter((one) => one.title === title),
    rows: kept.includes(title)
      ? stored.rows.filter(({ what }) => what.startsWith(`outage: ${title};`))
      : now.filter((one) => one.title === title).flatMap(rowsOf),
  }))
  return { rows: both.flatMap(({ rows }) => rows), outcomes: both.flatMap(({ outcomes }) => outcomes) }
}

const share = (part: number, whole: number, what: string): string => `${part} of ${whole} ${what}`

/** The rows of one outage: nothing of what was accepted is lost; a killed collector may lose what was in flight. */
export const rowsOf = (outcome: Measured): Row[] => {
  const { seconds, perSecond, load } = outcome
  const on = `on ${outcome.at.slice(0, 10)}`
  const how = `${outcome.title} away for ${seconds.toFixed(0)} s at ${perSecond} requests a second, counted by id, ${on}`
  const collectorKilled = /collector|all/.test(outcome.title)
  const lost = [
    share(outcome.lostSpans, outcome.spans, 'spans'),
    share(outcome.lostLines, outcome.lines, 'log lines'),
    share(outcome.lostPoints, outcome.points, 'points'),
  ].join(', ')
  const added = outcome.p99During - outcome.p99Before
  const told = outcome.told.map(
    ({ alert, firingAfter, resolvedAfter }) =>
      `${alert} after ${firingAfter?.toFixed(0) ?? '–'} s, over ${resolvedAfter?.toFixed(0) ?? '–'} s after the return`,
  )
  return [
    {
      what: `outage: ${outcome.title}; accepted and lost`,
      how,
      reach: collectorKilled ? '0 lost but for spans of the last 12 s' : '0 lost',
      reached: collectorKilled ? `${lost}; the oldest lost ${outcome.lostSpansAge.toFixed(1)} s before` : lost,
      ok:
        outcome.lostLines + outcome.lostPoints + outcome.missingScrapes + outcome.partlyAcknowledged === 0 &&
        (outcome.lostSpans === 0 || (collectorKilled && outcome.lostSpansAge <= 12)),
    },
    {
      what: `outage: ${outcome.title}; requests`,
      how: `p99 during against before, failed requests; load average ${load.least.toFixed(0)} to ${load.most.toFixed(0)}, ${on}`,
      reach: 'unchanged',
      reached: `${outcome.p99During.toFixed(1)} ms against ${outcome.p99Before.toFixed(1)} ms, ${outcome.failedRequests} of ${outcome.requests} failed`,
      // On a machine that does other things a p99 moves by some milliseconds from one minute to the next, and some requests fail.
      ok:
        outcome.failedRequests <= Math.max(outcome.failedBefore, outcome.requests / 1_000) &&
        added < Math.max(5, outcome.p99Before * 0.5),
    },
    ...(told.length === 0
      ? []
      : [
          {
            what: `outage: ${outcome.title}; alerts`,
            how: 'notifications that were delivered',
            reach: 'told, and told to be over',
            reached: told.join('; '),
            ok: outcome.told.every((one) => one.firingAfter !== undefined && one.resolvedAfter !== undefined),
          },
        ]),
  ]
}
