import type { Bench, Row } from './kit/bench.ts'
import { described, expectDifference, fixedRate, flow, type Run, run, warmUp } from './kit/measure.ts'
import { startPair } from './kit/pair.ts'
import { alternating, median, medianInterval, paired } from './kit/statistics.ts'

/** Milliseconds. */
const limit = 1

/** What observation adds to the slowest of a hundred requests. Many short windows: a hiccup of the machine spoils one pair. */
export const latency: Bench = {
  name: 'latency',
  title: `latency at ${fixedRate} requests a second, observed and unobserved`,
  run: async ({ short, say, flags = {} }) => {
    const pair = await startPair()
    try {
      await expectDifference(pair)
      await warmUp(pair, short ? 4 : 15)
      const load = { route: 'contacts', perSecond: fixedRate } as const
      const runs: Run[] = []
      for (const side of alternating(Number(flags.pairs ?? (short ? 4 : 20)))) {
        await flow(pair, { ...load, side, seconds: 1 })
        const one = await run(pair, { ...load, side, seconds: 3 })
        say(described(one))
        runs.push(one)
      }
      return { rows: [latencyRow(runs)], runs }
    } finally {
      await pair.stop()
    }
  },
}

/** Reached only where it is certain: on a busy machine the differences say little, and then it is missed. */
export const latencyRow = (runs: readonly Run[]): Row => {
  const pairs = paired(runs)
  const added = (figure: (run: Run) => number): number[] =>
    pairs.map(({ observed, unobserved }) => figure(observed) - figure(unobserved))
  const p99 = added(({ p99Ms }) => p99Ms)
  const p50 = median(added(({ p50Ms }) => p50Ms))
  const [low, high] = medianInterval(p99)
  const usual = median(pairs.map(({ unobserved }) => unobserved.p99Ms))
  return {
    what: 'p99 added, contacts',
    how: `${fixedRate} req/s at fixed times, median of the differences of ${pairs.length} pairs, with its 95 % interval`,
    reach: `≤ ${limit} ms`,
    reached: `${median(p99).toFixed(2)} ms (${low.toFixed(1)} to ${high.toFixed(1)}; unobserved p99 ${usual.toFixed(1)} ms; p50 + ${p50.toFixed(2)} ms)`,
    ok: high <= limit,
  }
}
