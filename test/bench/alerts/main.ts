/**
 * `npm run bench:alerts`: faults in a running stack, and how long until somebody is told. Prints the table, writes it to
 * docs/alert-delivery.md, and exits with 1 when an alert came late or not at all. `-- <word> …` runs the rounds with a fault
 * whose title or alert has the word, and writes nothing. About 40 minutes in all.
 */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { intervals, seconds } from '../../../catalogue/intervals.ts'
import { root } from '../../../stack/place.ts'
import { ownPlace } from '../../e2e/launcher.ts'
import { endWith } from '../kit/end.ts'
import { Bench, type Delivery } from './bench.ts'
import { type Fault, rounds } from './faults.ts'
import { isInTime, type Measured, messages, runRound } from './measure.ts'
import { deliveryPage, type RoundResult } from './table.ts'

/** A symptom's window of five minutes, and two group intervals. */
const calmMs = 7 * 60_000

const words = process.argv.slice(2)
const named = ({ title, expected }: Fault): boolean =>
  words.some((word) => title.includes(word) || expected.some(({ alert }) => alert === word))
const alertsOf = (round: readonly Fault[]): string[] =>
  // A heartbeat never is quiet.
  round.flatMap(({ expected }) => expected.flatMap(({ alert, silenceSeconds }) => (silenceSeconds ? [] : [alert])))
const chosen = words.length === 0 ? rounds : rounds.filter((round) => round.some(named))

const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
const began = Date.now()
const log = (line: string): void => {
  const elapsed = Math.round((Date.now() - began) / 1_000)
  process.stderr.write(`${String(elapsed).padStart(5)} s  ${line}\n`)
}

const place = await ownPlace()
const bench = new Bench(place)
const rows: Measured[] = []
let deliveries: readonly Delivery[] = []
try {
  log('a stack of its own starts')
  await bench.ready()
  const alerts = chosen.flatMap(alertsOf)
  log('it runs; waiting until none of the alerts is active')
  await bench.quiet(alerts, calmMs)
  for (const round of chosen) {
    if (stop.signal.aborted) break
    const since = Date.now()
    const outcomes = await runRound(bench, round, stop.signal, log)
    rows.push({ outcomes, since, mendedAt: Date.now() })
    // What a round leaves behind may not hide what the next one sets off; rounds that take long are about different things.
    const next = chosen[chosen.indexOf(round) + 1]
    if (next) await bench.quiet(alertsOf(next), calmMs)
  }
  log('waiting until all is told to be over')
  await bench.quiet(alerts, calmMs)
  // What is over is told with the group's next message.
  await sleep(2_000 * seconds(intervals.groupInterval), undefined, { signal: stop.signal }).catch(() => undefined)
  deliveries = await bench.deliveries()
} finally {
  await bench.end()
  await place.remove()
}

const results = rows.map((row, index): RoundResult => {
  const until = rows[index + 1]?.since ?? Number.POSITIVE_INFINITY
  return { ...row, deliveries, messages: messages(deliveries, row.since, until) }
})
const page = deliveryPage(results, new Date(began).toISOString().slice(0, 10))
process.stdout.write(page)
const complete = chosen === rounds && results.length === rounds.length
if (complete) writeFileSync(join(root, 'docs', 'alert-delivery.md'), page)
const late = results.flatMap(({ outcomes }) => outcomes.flatMap(({ told }) => told.filter((one) => !isInTime(one))))
endWith(late.length > 0 || stop.signal.aborted ? 1 : 0)
