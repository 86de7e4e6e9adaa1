import type { Bench, Row } from './kit/bench.ts'
import { described, expectDifference, medianOf, type Run, run, warmUp } from './kit/measure.ts'
import { type RouteName, routes, startPair } from './kit/pair.ts'
import { profileBoth } from './kit/profiling.ts'
import { alternating, median, paired } from './kit/statistics.ts'

const targets: Readonly<Record<RouteName, number>> = { contacts: 0.75, 'without database': 0.5 }

/**
 * How many requests a second are answered when each of 20 clients asks again at once: everything shares the machine's cores.
 * `--pairs 3` measures so many times; `--profile` shows afterwards where the time of contacts goes in that loop.
 */
export const throughput: Bench = {
  name: 'throughput',
  title: 'requests a second in a closed loop of 20 connections, observed and unobserved',
  run: async ({ short, say, flags = {} }) => {
    const names = Object.keys(routes) as RouteName[]
    const pair = await startPair()
    try {
      await expectDifference(pair)
      await warmUp(pair, short ? 4 : 10, names)
      const runs: Run[] = []
      for (const route of names)
        for (const side of alternating(Number(flags.pairs ?? (short ? 3 : 5)))) {
          const one = await run(pair, { side, route, seconds: short ? 3 : 6 })
          say(described(one))
          runs.push(one)
        }
      if (flags.profile) say(`\n${await profileBoth(pair, { route: 'contacts', seconds: 10 }, say)}\n`)
      return { rows: names.map((route) => throughputRow(route, runs)), runs }
    } finally {
      await pair.stop()
    }
  },
}

/** The median of the pairs' ratios: a machine that grows faster or slower meanwhile does so for both halves of a pair. */
export const throughputRow = (route: RouteName, all: readonly Run[]): Row => {
  const runs = all.filter((one) => one.route === route)
  const rate = (side: 'observed' | 'unobserved'): number => medianOf(runs, side, ({ perSecond }) => perSecond)
  // In a closed loop a service may outrun its collector: then it gives up telemetry, and counts it.
  const spans = medianOf(runs, 'observed', (one) => one.spans)
  const ratios = paired(runs).map(({ observed, unobserved }) => observed.perSecond / unobserved.perSecond)
  const ratio = median(ratios)
  return {
    what: `throughput, ${route} (GET ${routes[route]})`,
    how: `closed loop of 20 connections, alternating, median of ${ratios.length} pairs`,
    reach: `≥ ${targets[route]}`,
    reached: `${ratio.toFixed(2)} (medians ${rate('observed').toFixed(0)} and ${rate('unobserved').toFixed(0)} req/s; ${spans.toFixed(2)} spans a request arrived)`,
    ok: ratio >= targets[route],
  }
}
