import { afterAll, beforeAll, expect, test } from 'vitest'
import { ensureServer } from '../../stack/launch/server-build.ts'
import { expectAnswers, expectDelivered, expectDifference, runBoth } from '../bench/kit/measure.ts'
import { type Pair, startPair } from '../bench/kit/pair.ts'
import { until } from './telemetry/harness.ts'

let pair: Pair | undefined
let missing = ''

beforeAll(async () => {
  const found = await ensureServer('otelcol')
  if (found.state === 'ready') pair = await startPair()
  else missing = found.reason
  // From nothing the build takes about 5 min.
}, 20 * 60_000)

afterAll(() => pair?.stop())

test('the bench measures what it says: every request is answered, one side is observed and the other is not', async (context) => {
  if (!pair) return context.skip(missing)
  const measured = pair
  await expectDifference(measured)
  // As many are answered as are due, or it throws.
  const [observed, unobserved] = await runBoth(measured, { route: 'contacts', perSecond: 100, seconds: 1 })
  for (const run of [observed, unobserved]) {
    expect(run?.answered).toBe(100)
    expect(run?.serviceUs).toBeGreaterThan(10)
    expect(run?.p99Ms).toBeGreaterThan(run?.p50Ms ?? Number.POSITIVE_INFINITY)
  }
  expect(unobserved?.collectorUs).toBe(0)
  const other = await runBoth(measured, { route: 'without database', seconds: 0.2 })
  expect(other.map(({ answered }) => answered > 20)).toEqual([true, true])
  // The first scrape comes within five seconds.
  await until(() =>
    expectDelivered(measured).then(
      () => true,
      () => false,
    ),
  )
})

test('a bench of nothing fails: no session, two sides alike, a service that is away', async (context) => {
  if (!pair) return context.skip(missing)
  const measured = pair
  const { services, load } = measured
  const strangers = { ...measured, cookie: 'crm_session=nobody' }
  await expect(runBoth(strangers, { route: 'contacts', perSecond: 50, seconds: 0.2 })).rejects.toThrow(
    '10 requests failed, 0 were answered with 200',
  )
  // Spans of the requests before leave the service within a second.
  const spans = () => measured.collector.own('otelcol_receiver_accepted_spans')
  let before: number
  do {
    before = await spans()
    await new Promise((resolve) => setTimeout(resolve, 1_500))
  } while ((await spans()) !== before)
  const neither = { ...pair, services: { observed: services.unobserved, unobserved: services.unobserved } }
  await expect(expectDifference(neither)).rejects.toThrow(/^observed, but only \d+ spans of 100 requests reached/)
  // Last, since spans of its requests still come afterwards.
  const observedTwice = { ...pair, services: { observed: services.observed, unobserved: services.observed } }
  await expect(expectDifference(observedTwice)).rejects.toThrow(/^unobserved, but \d+ spans of 100 requests reached/)
  await expect(load.run({ url: 'http://127.0.0.1:9/', headers: {}, seconds: 1, connections: 1 })).rejects.toThrow(
    'ECONNREFUSED',
  )
  expect(() => expectAnswers({ answered: 99, failed: 0 }, { seconds: 1, perSecond: 100 })).toThrow('99 were answered')
  expect(() =>
    expectAnswers({ answered: 990, failed: 10 }, { seconds: 10, perSecond: 100, mayFail: 0.01 }),
  ).not.toThrow()
  expect(() => expectAnswers({ answered: 989, failed: 11 }, { seconds: 10, perSecond: 100, mayFail: 0.01 })).toThrow(
    '11',
  )
})
