import type { Bench } from './kit/bench.ts'
import { described, fixedRate, medianOf, type Run, run, warmUp, wholeUs } from './kit/measure.ts'
import { startPair } from './kit/pair.ts'
import { alternating } from './kit/statistics.ts'

/** CPU time a request at a fixed rate: the figure that depends least on what else the machine does. */
export const cpu: Bench = {
  name: 'cpu',
  title: `CPU time of a request at ${fixedRate} requests a second, observed and unobserved`,
  run: async ({ short, say }) => {
    const pair = await startPair()
    try {
      await warmUp(pair, short ? 4 : 15)
      const runs: Run[] = []
      for (const side of alternating(short ? 1 : 5)) {
        const options = { side, route: 'contacts', perSecond: fixedRate } as const
        // Until the pipeline flows: the collector decides about a trace two seconds after its end.
        await pair.load.run({
          url: `${pair.services[side].url}/api/contacts?limit=20`,
          headers: { cookie: pair.cookie },
          connections: 16,
          seconds: 3,
          perSecond: fixedRate,
        })
        // Two scrapes fall into each.
        runs.push(await run(pair, { ...options, seconds: 10 }))
        say(described(runs.at(-1) as Run))
      }
      return { rows: rowsOf(runs), runs }
    } finally {
      await pair.stop()
    }
  },
}

const limit = 1.4

export const rowsOf = (runs: readonly Run[]) => {
  const [observed, unobserved] = [medianOf(runs, 'observed', wholeUs), medianOf(runs, 'unobserved', wholeUs)]
  const ratio = observed / unobserved
  const service = medianOf(runs, 'observed', ({ serviceUs }) => serviceUs)
  const collector = medianOf(runs, 'observed', ({ collectorUs }) => collectorUs)
  return [
    {
      what: 'CPU time a request, service + collector, contacts',
      how: `process times at ${fixedRate} req/s, observed / unobserved, median of ${runs.length / 2}`,
      reach: `≤ ${limit}`,
      reached: `${ratio.toFixed(2)} (service ${service.toFixed(0)} µs + collector ${collector.toFixed(0)} µs, unobserved ${unobserved.toFixed(0)} µs)`,
      ok: ratio <= limit,
    },
  ]
}
