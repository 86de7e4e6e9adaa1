import { setTimeout as sleep } from 'node:timers/promises'
import { ownPlace } from '../e2e/launcher.ts'
import type { Bench, Row } from './kit/bench.ts'
import {
  clockJump,
  collectorRestarts,
  fullDisk,
  jumpingClocks,
  serviceKilled,
  serviceRestarts,
} from './outages/faults.ts'
import { type Fault, type Outcome, runFault } from './outages/outage.ts'
import { OutageStack } from './outages/running.ts'
import { Sender } from './outages/sender.ts'
import { withSmallDisk } from './outages/small-disk.ts'
import { withTempo } from './outages/trace-store.ts'

const perSecond = 100

/** What was accepted is there; a killed service takes along what it had not handed over, and that is counted. */
const rowsOf = (outcome: Outcome): Row[] => {
  const told = outcome.told.map(
    ({ alert, firingAfter, resolvedAfter }) =>
      `${alert} after ${firingAfter?.toFixed(0) ?? '–'} s, over ${resolvedAfter?.toFixed(0) ?? '–'} s after`,
  )
  const restarted = /the service is (restarted|killed)/.test(outcome.title)
  const lost = outcome.lostSpans + outcome.lostLines + outcome.lostPoints
  return [
    {
      what: `fault: ${outcome.title}`,
      how: `${outcome.seconds.toFixed(0)} s at ${perSecond} requests a second, counted by id`,
      reach: '0 lost, service unaffected, told',
      reached: [
        `${lost} of ${outcome.spans} spans, ${outcome.lines} lines, ${outcome.points} points lost`,
        `${outcome.droppedSpans} spans and ${outcome.droppedLines} lines dropped and counted`,
        `${outcome.unseenRequests} requests unseen`,
        `p99 ${outcome.p99During.toFixed(1)} ms against ${outcome.p99Before.toFixed(1)} ms`,
        ...told,
      ].join('; '),
      ok:
        lost === 0 &&
        (restarted || outcome.failedRequests <= Math.max(outcome.failedBefore, outcome.requests / 1_000)) &&
        outcome.told.every((one) => one.firingAfter !== undefined && one.resolvedAfter !== undefined),
    },
  ]
}

/** `npm run bench -- faults`: a full disk, a clock that jumps, restarts in the middle of a flush. */
export const faultsBench: Bench = {
  name: 'faults',
  title: 'Faults around the pipeline: a full disk, a clock that jumps, restarts',
  byName: true,
  run: async ({ short, say }) => {
    const place = await ownPlace()
    const tempo = await withTempo(place)
    const disk = await withSmallDisk(place)
    if (typeof disk === 'string') say(`without the full disk: ${disk}`)
    const faults: readonly Fault[] = [
      ...(typeof disk === 'string' ? [] : [fullDisk(disk, short ? 75 : 180)]),
      clockJump(short ? 10 : 60),
      serviceRestarts,
      serviceKilled,
      collectorRestarts,
    ]
    const outcomes: Outcome[] = []
    const stack = await OutageStack.start(place, { ...tempo.env, ...jumpingClocks })
    try {
      const sender = new Sender(stack.url('api'), await stack.signIn(), perSecond)
      try {
        await sleep(10_000)
        for (const fault of faults) {
          // An alert about the collector looks back five minutes, and what is over is told half a minute later.
          const outcome = await runFault(stack, sender, fault, { calmSeconds: 10, patienceSeconds: 420 }, say)
          outcomes.push(outcome)
          for (const row of rowsOf(outcome)) say(`${row.ok ? 'yes' : 'NO'}  ${row.what}: ${row.reached}`)
        }
      } finally {
        await sender.stop()
      }
    } finally {
      await stack.end()
      await tempo.remove()
      if (typeof disk !== 'string') await disk.remove()
      await place.remove()
    }
    return { rows: outcomes.flatMap(rowsOf), runs: { perSecond, traces: tempo.kind, outcomes } }
  },
}
