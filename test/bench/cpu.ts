import type { Bench, Row } from './kit/bench.ts'
import { described, fixedRate, flow, medianOf, type Run, run, warmUp, wholeUs } from './kit/measure.ts'
import { startPair } from './kit/pair.ts'
import { profileBoth } from './kit/profiling.ts'
import { alternating } from './kit/statistics.ts'

/**
 * CPU time a request at a fixed rate: the figure that depends least on what else the machine does.
 * `--pairs 3` measures so many pairs; `--profile` shows afterwards where the time goes.
 */
export const cpu: Bench = {
  name: 'cpu',
  title: `CPU time of a request at ${fixedRate} requests a second, observed and unobserved`,
  run: async ({ short, say, flags = {} }) => {
    const pair = await startPair()
    try {
      await warmUp(pair, short ? 4 : 15)
      const load = { route: 'contacts', perSecond: fixedRate } as const
      const runs: Run[] = []
      for (const side of alternating(Number(flags.pairs ?? (short ? 1 : 5)))) {
        await flow(pair, { ...load, side })
        // Two scrapes fall into each.
        const one = await run(pair, { ...load, side, seconds: 10 })
        say(described(one))
        runs.push(one)
      }
      if (flags.profile) say(`\n${await profileBoth(pair, { ...load, seconds: 10 }, say)}\n`)
      return { rows: rowsOf(runs), runs }
    } finally {
      await pair.stop()
    }
  },
}

const limit = 1.4

const rowsOf = (runs: readonly Run[]): Row[] => {
  const [observed, unobserved] = [medianOf(runs, 'observed', wholeUs), medianOf(runs, 'unobserved', wholeUs)]
  const ratio = observed / unobserved
  const part = (figure: (run: Run) => number): string => medianOf(runs, 'observed', figure).toFixed(0)
  return [
    {
      what: 'CPU time a request, service + collector, contacts',
      how: `process times at ${fixedRate} req/s, observed / unobserved, median of ${runs.length / 2}`,
      reach: `≤ ${limit}`,
      reached: `${ratio.toFixed(2)} (service ${part(({ serviceUs }) => serviceUs)} µs + collector ${part(({ collectorUs }) => collectorUs)} µs, unobserved ${unobserved.toFixed(0)} µs)`,
      ok: ratio <= limit,
    },
  ]
}
