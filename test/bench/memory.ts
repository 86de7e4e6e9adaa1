import type { Bench, Row } from './kit/bench.ts'
import { expectDifference, fixedRate, runBoth, warmUp } from './kit/measure.ts'
import { startPair } from './kit/pair.ts'
import { median, type Side, slope } from './kit/statistics.ts'

const megabyte = 1_000_000
/** Bytes. */
const mostAdded = 60 * megabyte
/** Flat: what is added rises by less than a tenth of what it may be while it is measured. */
const mostRise = mostAdded / 10

/** Before that, memory goes up and down with the garbage collector's steps. */
const leastMinutes = 10

export interface Sample {
  readonly side: Side
  /** Under load, so far. */
  readonly minutes: number
  readonly rss: number
  readonly heapUsed: number
  readonly collectorRss: number
}

/** Both sides at once under the same load, so that both have served as much at any time. `--minutes 10`; 30, or 2 when short. */
export const memory: Bench = {
  name: 'memory',
  title: `resident memory at ${fixedRate} requests a second, observed and unobserved`,
  run: async ({ short, say, flags = {} }) => {
    const minutes = Number(flags.minutes ?? (short ? 2 : 30))
    const pair = await startPair()
    try {
      await expectDifference(pair)
      await warmUp(pair, short ? 5 : 15)
      const samples: Sample[] = []
      const seconds = 10
      for (let done = seconds / 60; done <= minutes + 1e-9; done += seconds / 60) {
        await runBoth(pair, { route: 'contacts', perSecond: fixedRate, seconds, mayFail: 0.01 })
        for (const side of ['observed', 'unobserved'] as const) {
          const { rss, heapUsed } = await pair.services[side].usage()
          samples.push({ side, minutes: done, rss, heapUsed, collectorRss: await pair.collector.rss() })
        }
        say(told(samples))
      }
      return { rows: memoryRows(samples), runs: samples }
    } finally {
      await pair.stop()
    }
  },
}

const shown = (bytes: number): string => `${(bytes / megabyte).toFixed(1)} MB`

const told = (samples: readonly Sample[]): string => {
  const [observed, unobserved] = samples.slice(-2)
  if (!observed || !unobserved) return 'nothing yet'
  const { minutes, rss, heapUsed, collectorRss } = observed
  return `${minutes.toFixed(1)} min: observed ${shown(rss)} (heap ${shown(heapUsed)}), unobserved ${shown(unobserved.rss)} (heap ${shown(unobserved.heapUsed)}), collector ${shown(collectorRss)}`
}

/** Minutes, and what the observed one has more in bytes. */
const differences = (samples: readonly Sample[]): [minutes: number, bytes: number][] => {
  const unobserved = samples.filter(({ side }) => side === 'unobserved')
  return samples
    .filter(({ side }) => side === 'observed')
    .map(({ minutes, rss }, index) => [minutes, rss - (unobserved[index]?.rss ?? Number.NaN)])
}

export const memoryRows = (samples: readonly Sample[]): Row[] => {
  const all = differences(samples)
  // The first third is what a young process takes until its garbage collector has found its sizes.
  const settled = all.slice(Math.floor(all.length / 3))
  const added = median(settled.map(([, bytes]) => bytes))
  const [first, last] = [settled[0]?.[0] ?? 0, settled.at(-1)?.[0] ?? 0]
  const perMinute = slope(settled)
  const rise = perMinute * (last - first)
  const isLong = last >= leastMinutes
  const how = `both at ${fixedRate} req/s for ${last.toFixed(0)} min, RSS observed − unobserved`
  const usual = median(samples.filter(({ side }) => side === 'unobserved').map(({ rss }) => rss))
  return [
    {
      what: 'resident memory added to the service',
      how: `${how}, median of the last two thirds`,
      reach: `≤ ${mostAdded / megabyte} MB`,
      reached: `${shown(added)} (unobserved ${shown(usual)})`,
      ok: added <= mostAdded,
    },
    {
      what: 'resident memory added is flat',
      how: 'slope over the last two thirds',
      reach: `rises ≤ ${mostRise / megabyte} MB in ≥ ${leastMinutes} min`,
      reached: `${shown(rise)} in ${(last - first).toFixed(1)} min${isLong ? '' : ', too short to tell'}`,
      ok: isLong && rise <= mostRise,
    },
  ]
}
