/** From every signal to every other, on the real servers: a test a direction, and the matrix of them at the end. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cleanUp } from '../../stack/correlation/by-request.ts'
import { go, type Outcome } from '../../stack/correlation/direction.ts'
import { directions } from '../../stack/correlation/directions.ts'
import { type Sites, sitesOf } from '../../stack/correlation/sites.ts'
import { matrixTable } from '../../stack/correlation/table.ts'
import { absentSoftware } from '../../stack/verify/absent.ts'
import { firstStartMs, sharedStack } from './running-stack.ts'

/** By hand: every direction that was promised, with the least number of examples that must have been followed. */
const promised = [
  ['exemplar', 'trace', 5],
  ['trace', 'logs', 3],
  ['log', 'trace', 5],
  ['trace', 'metrics', 3],
  ['metrics', 'exemplar', 3],
  ['client', 'api', 1],
  ['api', 'queue → worker', 1],
  ['correlation id', 'logs → trace', 1],
  // A healthy stack may have neither; what it tells of a stopped database is followed in database-down.test.ts.
  ['alert', 'dashboard → trace', 0],
  ['error group', 'trace', 0],
  ['notification', 'runbook → queries', 5],
  ['Grafana: dot on a curve', 'trace', 3],
  ['Grafana: span', 'logs', 3],
  ['Grafana: span', 'metrics', 3],
  ['Grafana: line', 'trace', 3],
  // Tempo alone writes its edges.
  ['Grafana: service map', 'metrics', 0],
  ['console: dot on a curve', 'trace page', 3],
  ['console: span', 'logs, metrics, dashboard', 3],
] as const

const signal = new AbortController().signal
const outcomes = new Map<string, Outcome>()
let sites: Sites

beforeAll(async () => {
  const place = await sharedStack()
  sites = sitesOf(place, await absentSoftware(place, signal), signal)
}, firstStartMs)
afterAll(async () => {
  await cleanUp()
  console.log(matrixTable([...outcomes.values()]))
})

test('the directions are those that were promised', () => {
  expect(directions.map(({ from, to }) => `${from} → ${to}`).toSorted()).toEqual(
    promised.map(([from, to]) => `${from} → ${to}`).toSorted(),
  )
})

test.for(promised)('%s → %s', { timeout: 180_000 }, async ([from, to, least], context) => {
  const direction = directions.find((each) => each.from === from && each.to === to)
  if (!direction) throw new Error('there is no such direction')
  const outcome = await go(direction, sites, { most: 5, least, limitMs: 90_000 })
  outcomes.set(`${from} → ${to}`, outcome)
  if (outcome.note) context.skip(outcome.note)
  expect(outcome.lost).toEqual([])
  expect(outcome.followed).toBeGreaterThanOrEqual(least)
})
