/**
 * `npm run bench:alerts`: faults in a running stack, and how long until somebody is told. Prints the table, writes it to
 * docs/alert-delivery.md, and exits with 1 when an alert came late or not at all. `-- <word> …` runs the rounds with a fault
 * whose title or alert has the word, and writes nothing. About an hour in all.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { intervals, seconds } from '../../../catalogue/intervals.ts'
import { root } from '../../../stack/place.ts'
import { ownPlace } from '../../e2e/launcher.ts'
import { Bench } from './bench.ts'
import { type Fault, rounds } from './faults.ts'
import { isInTime, messages, runRound } from './measure.ts'
import { deliveryPage, type RoundResult } from './table.ts'

/** A symptom's window of five minutes, its hold time, and a group interval. */
const calmMs = 12 * 60_000

const words = process.argv.slice(2)
const named = ({ title, expected }: Fault): boolean =>
  words.some((word) => title.includes(word) || expected.some(({ alert }) => alert === word))
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
const results: RoundResult[] = []
try {
  log('a stack of its own starts')
  await bench.ready()
  log('it runs; waiting until no alert is active')
  await bench.quiet(calmMs)
  for (const round of chosen) {
    if (stop.signal.aborted) break
    const since = Date.now()
    const outcomes = await runRound(bench, round, stop.signal, log)
    const mendedAt = Date.now()
    log('mended; waiting until no alert is active')
    const left = await bench.quiet(calmMs)
    if (left.length > 0) log(`still active: ${[...new Set(left)].join(', ')}`)
    // What is over is told with the group's next message.
    await sleep(2_000 * seconds(intervals.groupInterval), undefined, { signal: stop.signal }).catch(() => undefined)
    const deliveries = await bench.deliveries()
    results.push({ outcomes, messages: messages(deliveries, since), deliveries, mendedAt })
  }
} finally {
  await bench.end()
  await place.remove()
}

const page = deliveryPage(results, new Date(began).toISOString().slice(0, 10))
process.stdout.write(page)
const complete = chosen === rounds && results.length === rounds.length
if (complete) writeFileSync(join(root, 'docs', 'alert-delivery.md'), page)
const late = results.flatMap(({ outcomes }) => outcomes.flatMap(({ told }) => told.filter((one) => !isInTime(one))))
process.exitCode = late.length > 0 || stop.signal.aborted ? 1 : 0
