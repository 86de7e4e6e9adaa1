import type { Bench, Row } from './kit/bench.ts'
import {
  described,
  expectDelivered,
  expectDifference,
  fixedRate,
  medianOf,
  type Run,
  runBoth,
  warmUp,
  wholeUs,
} from './kit/measure.ts'
import { startPair } from './kit/pair.ts'
import { profileBoth } from './kit/profiling.ts'
import { median, paired } from './kit/statistics.ts'

const limit = 1.4

/**
 * CPU time a request at a fixed rate, both sides at the same time: the figure that depends least on what else the machine does.
 * `--pairs 3` measures so many times; `--profile` shows afterwards where the time goes.
 */
export const cpu: Bench = {
  name: 'cpu',
  title: `CPU time of a request at ${fixedRate} requests a second, observed and unobserved`,
  run: async ({ short, say, flags = {} }) => {
    const pair = await startPair()
    try {
      await expectDifference(pair)
      await warmUp(pair, short ? 5 : 15)
      const load = { route: 'contacts', perSecond: fixedRate } as const
      // Until the pipeline flows: the collector decides about a trace two seconds after its end.
      await runBoth(pair, { ...load, seconds: 3 })
      const runs: Run[] = []
      const pairs = Number(flags.pairs ?? (short ? 3 : 10))
      // One scrape falls into five seconds.
      for (let done = 0; done < pairs; done += 1)
        runs.push(...(await runBoth(pair, { ...load, seconds: short ? 5 : 10 })))
      for (const one of runs) say(described(one))
      await expectDelivered(pair)
      if (flags.profile) say(`\n${await profileBoth(pair, { ...load, seconds: 10 }, say)}\n`)
      return { rows: [rowOf(runs)], runs }
    } finally {
      await pair.stop()
    }
  },
}

const rowOf = (runs: readonly Run[]): Row => {
  const pairs = paired(runs)
  const ratio = median(pairs.map(({ observed, unobserved }) => wholeUs(observed) / wholeUs(unobserved)))
  const part = (side: 'observed' | 'unobserved', figure: (run: Run) => number): string =>
    `${medianOf(runs, side, figure).toFixed(0)} µs`
  const spans = medianOf(runs, 'observed', (one) => one.spans)
  const service = part('observed', ({ serviceUs }) => serviceUs)
  const collector = part('observed', ({ collectorUs }) => collectorUs)
  return {
    what: 'CPU time a request, service + collector, contacts',
    how: `process times, both at ${fixedRate} req/s at once, observed / unobserved, median of ${pairs.length}`,
    reach: `≤ ${limit}`,
    reached: `${ratio.toFixed(2)} (service ${service} + collector ${collector}, unobserved ${part('unobserved', wholeUs)}; ${spans.toFixed(2)} spans a request arrived)`,
    ok: ratio <= limit,
  }
}
