import { loadavg } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { ownPlace } from '../e2e/launcher.ts'
import type { Bench } from './kit/bench.ts'
import { readResults } from './kit/results.ts'
import { type Outage, type Outcome, runOutage } from './outages/outage.ts'
import { type Measured, rowsOf, withOthers } from './outages/rows.ts'
import { OutageStack } from './outages/running.ts'
import { Sender } from './outages/sender.ts'
import { withTempo } from './outages/trace-store.ts'

const perSecond = 100
const calmSeconds = 20

/** Each as long as in the contract when `minutes` is 10; the collector half as long. */
const outages = (minutes: number): readonly Outage[] => {
  const seconds = minutes * 60
  return [
    { title: 'Prometheus', away: { prometheus: { seconds } }, expected: seconds > 170 ? ['DeadMansSwitch'] : [] },
    { title: 'Loki', away: { loki: { seconds } }, expected: seconds > 90 ? ['LokiDown'] : [] },
    { title: 'Tempo', away: { tempo: { seconds } }, expected: seconds > 90 ? ['TempoDown'] : [] },
    {
      title: 'the collector',
      away: { otelcol: { seconds: seconds / 2 } },
      expected: seconds > 180 ? ['CollectorDown'] : [],
    },
    {
      title: 'all at once',
      away: {
        prometheus: { seconds },
        loki: { seconds },
        tempo: { seconds },
        otelcol: { after: seconds / 10, seconds: seconds / 2 },
      },
      expected: seconds > 170 ? ['DeadMansSwitch'] : [],
    },
  ]
}

const order = outages(10).map(({ title }) => title)

interface Runs {
  readonly minutes: number
  readonly perSecond: number
  readonly traces: string
  readonly outcomes: readonly Outcome[]
}

/** Processes that want to run, on average of the last minute. */
const busy = (): number => loadavg()[0] ?? 0

/** `npm run bench:outages`; `-- --minutes 2` for shorter ones, `-- --only Loki,Tempo` for some of them. */
export const outagesBench: Bench = {
  name: 'outages',
  title: 'Outages of the backends and of the collector',
  byName: true,
  run: async ({ short, say, flags = {} }) => {
    const asked = (flags.only ?? '').split(',')
    const isAsked = (title: string): boolean => asked.some((part) => title.includes(part))
    const minutes = Number(flags.minutes ?? (short ? 0.5 : 10))
    const place = await ownPlace()
    const tempo = await withTempo(place)
    say(`a stack of its own starts; traces are kept by ${tempo.kind}`)
    const stack = await OutageStack.start(place, tempo.env)
    const outcomes: Measured[] = []
    try {
      const sender = new Sender(stack.url('api'), await stack.signIn(), perSecond)
      try {
        await sleep(calmSeconds * 1_000)
        for (const outage of outages(minutes).filter(({ title }) => isAsked(title))) {
          const timing = { calmSeconds: short ? 10 : calmSeconds, patienceSeconds: 300 }
          const loads = [busy()]
          const looking = setInterval(() => loads.push(busy()), 10_000)
          const found = await runOutage(stack, sender, outage, timing, say).finally(() => clearInterval(looking))
          const load = { least: Math.min(...loads), most: Math.max(...loads) }
          const outcome = { ...found, at: new Date().toISOString(), perSecond, load }
          outcomes.push(outcome)
          say(JSON.stringify(outcome))
          for (const row of rowsOf(outcome)) say(`${row.ok ? 'yes' : 'NO'}  ${row.what}: ${row.reached}`)
        }
      } finally {
        await sender.stop()
      }
    } finally {
      await stack.end()
      await tempo.remove()
      await place.remove()
    }
    // An hour's outages need not run at once: what was not run this time keeps its figures.
    const stored = short ? undefined : (await readResults()).get('outages')
    const outcomesBefore = (stored?.runs as Partial<Runs> | undefined)?.outcomes ?? []
    const all = withOthers(outcomes, { rows: stored?.rows ?? [], outcomes: outcomesBefore }, order)
    return { rows: all.rows, runs: { minutes, perSecond, traces: tempo.kind, outcomes: all.outcomes } satisfies Runs }
  },
}
