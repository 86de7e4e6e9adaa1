/**
 * Backends go away, the collector is killed, a disk is full, a clock jumps, the service restarts, all while requests flow:
 * what the collector had accepted is found afterwards, by id, and whoever watches is told. The long forms are
 * `npm run bench:outages` and `npm run bench -- faults`.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clockJump, fullDisk, jumpingClocks, serviceRestarts } from '../bench/outages/faults.ts'
import { type Fault, type Outcome, runFault, runOutage } from '../bench/outages/outage.ts'
import { OutageStack } from '../bench/outages/running.ts'
import { Sender } from '../bench/outages/sender.ts'
import { type SmallDisk, withSmallDisk } from '../bench/outages/small-disk.ts'
import { type TraceStore, withTempo } from '../bench/outages/trace-store.ts'
import { ownPlace } from './launcher.ts'

const perSecond = 30
const timing = { calmSeconds: 3, patienceSeconds: 90 }
const hasToTell = ['LokiDown', 'TempoDown', 'CollectorDown', 'CollectorRefusing']

/** As a rule it must be so for a minute before anybody is told, and some look back five: here a quarter of one. */
const atOnce = (yaml: string): string =>
  hasToTell.some((alert) => yaml.includes(`alert: ${alert}\n`))
    ? yaml.replace(/^( +for:) .*$/m, '$1 0s').replaceAll(/(\[|offset )5m\b/g, '$115s')
    : yaml

let place: Awaited<ReturnType<typeof ownPlace>>
let traces: TraceStore
let disk: SmallDisk | string
let stack: OutageStack
let sender: Sender

beforeAll(async () => {
  place = await ownPlace()
  traces = await withTempo(place)
  disk = await withSmallDisk(place)
  stack = await OutageStack.start(place, { ...traces.env, ...jumpingClocks })
  stack.changeRules(atOnce)
  sender = new Sender(stack.url('api'), await stack.signIn(), perSecond)
  // The first requests are slower than all others.
  await sleep(3_000)
}, 30 * 60_000)

afterAll(async () => {
  await sender?.stop()
  await stack?.end()
  await traces?.remove()
  if (typeof disk === 'object') await disk.remove()
  await place?.remove()
}, 60_000)

const run = (fault: Fault): Promise<Outcome> => runFault(stack, sender, fault, timing, () => {})

/** Nothing that was accepted is missing. */
const nothingLost = { lostSpans: 0, lostLines: 0, lostPoints: 0, missingScrapes: 0, partlyAcknowledged: 0 }

/** The machine starts servers meanwhile, and may be busy: then a few wait too long for a connection to the database. */
const expectAnswers = ({ requests, failedRequests }: Outcome): void => {
  expect(requests).toBeGreaterThan(100)
  expect(failedRequests).toBeLessThan(requests / 20)
}

const expectTold = ({ told }: Outcome): void => {
  for (const { alert, firingAfter, resolvedAfter } of told) {
    expect(firingAfter, `${alert} was not told`).toBeDefined()
    expect(resolvedAfter, `${alert} was not told to be over`).toBeDefined()
  }
}

test('all backends are away and the collector is killed: only spans in flight in the collector are lost, and it is told', async () => {
  const outcome = await runOutage(
    stack,
    sender,
    {
      title: 'all',
      // The queues are on disk when the collector is killed, and it is seen to be away before it comes back.
      away: {
        prometheus: { seconds: 10 },
        otelcol: { after: 6, seconds: 5, untilTold: 'CollectorDown' },
        loki: { seconds: 20, untilTold: 'LokiDown' },
        tempo: { seconds: 20, untilTold: 'TempoDown' },
      },
      expected: ['LokiDown', 'TempoDown', 'CollectorDown'],
    },
    timing,
    () => {},
  )
  expect(outcome).toMatchObject({ ...nothingLost, lostSpans: expect.any(Number) })
  // Tail sampling decides 2 s after a root has come, 10 s where none has: what it had not decided died with it.
  expect(outcome.lostSpansAge).toBeLessThan(12)
  expect(outcome.spans).toBeGreaterThan(500)
  expect(outcome.lines).toBeGreaterThan(300)
  expect(outcome.points).toBeGreaterThan(5_000)
  expectAnswers(outcome)
  expectTold(outcome)
})

test('the disk under the queue is full: what finds no place is refused or counted, and it is told', async (context) => {
  if (typeof disk === 'string') return context.skip(disk)
  const outcome = await run(fullDisk(disk, 5))
  // Spans are acknowledged before tail sampling, so before there is anything to write; log records are refused where they find
  // no place. A batch that was being sent just then may be skipped: docs/outages.md. What comes when there is space is stored.
  expect(outcome.lostSpans).toBeLessThan(outcome.spans / 2)
  expect(outcome.lostLines).toBeLessThan(outcome.lines / 2)
  expect(outcome.drainedAfter).toBeDefined()
  expectAnswers(outcome)
  expectTold(outcome)
})

test('the clock of the service jumps: nothing is lost', async () => {
  const outcome = await run(clockJump(3))
  expect(outcome).toMatchObject(nothingLost)
  expectAnswers(outcome)
})

test('the service is restarted while it sends: each request that was answered is in its trace', async () => {
  const outcome = await run(serviceRestarts)
  expect(outcome).toMatchObject({ ...nothingLost, missingScrapes: expect.any(Number), unseenRequests: 0 })
})
