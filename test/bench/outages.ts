import { setTimeout as sleep } from 'node:timers/promises'
import { ownPlace } from '../e2e/launcher.ts'
import type { Bench, Row } from './kit/bench.ts'
import { type Outage, type Outcome, runOutage } from './outages/outage.ts'
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

const share = (part: number, whole: number, what: string): string => `${part} of ${whole} ${what}`

/** The rows of one outage: nothing of what was accepted is lost; a killed collector may lose what was in flight. */
const rowsOf = (outcome: Outcome): Row[] => {
  const how = `${outcome.title} away for ${outcome.seconds.toFixed(0)} s at ${perSecond} requests a second, counted by id`
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
      how: 'p99 during against before, failed requests',
      reach: 'unchanged',
      reached: `${outcome.p99During.toFixed(1)} ms against ${outcome.p99Before.toFixed(1)} ms, ${outcome.failedRequests} failed`,
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

/** `npm run bench:outages`; `-- --minutes 2` for shorter ones, `-- --only Loki` for one of them. */
export const outagesBench: Bench = {
  name: 'outages',
  title: 'Outages of the backends and of the collector',
  byName: true,
  run: async ({ short, say, flags = {} }) => {
    const minutes = Number(flags.minutes ?? (short ? 0.5 : 10))
    const place = await ownPlace()
    const tempo = await withTempo(place)
    say(`a stack of its own starts; traces are kept by ${tempo.kind}`)
    const stack = await OutageStack.start(place, tempo.env)
    const outcomes: Outcome[] = []
    try {
      const sender = new Sender(stack.url('api'), await stack.signIn(), perSecond)
      try {
        await sleep(calmSeconds * 1_000)
        for (const outage of outages(minutes).filter(({ title }) => title.includes(flags.only ?? ''))) {
          const timing = { calmSeconds: short ? 10 : calmSeconds, patienceSeconds: 300 }
          const outcome = await runOutage(stack, sender, outage, timing, say)
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
    return { rows: outcomes.flatMap(rowsOf), runs: { minutes, perSecond, traces: tempo.kind, outcomes } }
  },
}
