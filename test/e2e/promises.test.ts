/**
 * What was promised, by name, in one running stack with its traffic: each endpoint with its fields, each metric with its labels
 * in Prometheus and at the process that emits it, each log field in Loki, each journey as one trace.
 */
import { beforeAll, expect, it } from 'vitest'
import { signIn } from '../../stack/load/sign-in.ts'
import type { Place } from '../../stack/place.ts'
import { urlOf } from '../../stack/ports.ts'
import { runCommand } from './command.ts'
import { endpoints, guardedActions, missingFields, webhooks } from './promises/endpoints.ts'
import { journeys, logFields } from './promises/journeys.ts'
import { bounds, emitted, type PromisedMetric, recorded } from './promises/metrics.ts'
import { firstStartMs, sharedStack } from './running-stack.ts'

/** Until traffic has passed through every area, and every rule was evaluated. */
const data = { timeout: 120_000, interval: 2_000 }

const operator = { authorization: 'Bearer development-admin-secret' }

let place: Place
let user: { cookie: string }

beforeAll(async () => {
  place = await sharedStack()
  const { header } = await signIn(urlOf(place, 'api'), 'anna@crm.example', fetch)
  user = { cookie: header }
}, firstStartMs)

const ask = (path: string, init?: RequestInit) => fetch(`${urlOf(place, 'api')}${path}`, init)

it.each(endpoints)('GET $path answers with its fields, to $as only', async ({ path, as, fields }) => {
  const headers = { anybody: {}, user, operator }[as] as Record<string, string>
  // Just after the start /health may not have heard of every provider yet.
  await expect.poll(async () => (await ask(path, { headers })).status, { timeout: 30_000 }).toBe(200)
  expect(missingFields(await (await ask(path, { headers })).json(), fields)).toEqual([])
  if (as === 'anybody') return
  expect((await ask(path)).status).toBe(401)
  if (as === 'user') return
  expect((await ask(path, { headers: { authorization: 'Bearer wrong-secret' } })).status).toBe(401)
  expect((await ask(path, { headers: user })).status).toBe(403)
})

it.each(guardedActions)('POST %s is refused without the admin secret', async (path) => {
  const json = { 'content-type': 'application/json' }
  const send = (headers: Record<string, string>) =>
    ask(path, { method: 'POST', headers: { ...json, ...headers }, body: '{"reason":"promised"}' })
  expect((await send({})).status).toBe(401)
  expect((await send({ authorization: 'Bearer wrong-secret' })).status).toBe(401)
  expect((await send(user)).status).toBe(403)
})

it.each(webhooks)('POST %s is refused without a valid signature', async (path) => {
  const headers = { 'content-type': 'application/json' }
  expect((await ask(path, { method: 'POST', headers, body: '{"id":"1"}' })).status).toBe(401)
})

it('the typed procedures have their old names', async () => {
  const response = await ask('/trpc/crm.stats.getSystemStatus', { headers: user })
  expect(response.status).toBe(200)
  expect(missingFields(await response.json(), ['result.data.db.connected', 'result.data.google.configured'])).toEqual(
    [],
  )
  expect((await ask('/trpc/crm.stats.getEventMetrics', { headers: user })).status).toBe(200)
})

const query = async (expr: string): Promise<{ metric: Record<string, string>; value: [number, string] }[]> => {
  const url = `${urlOf(place, 'prometheus')}/api/v1/query?${new URLSearchParams({ query: expr })}`
  const answer = (await (await fetch(url)).json()) as { data: { result: never[] } }
  return answer.data.result
}

const series = (name: string, { kind }: PromisedMetric) => (kind === 'histogram' ? `${name}_bucket` : name)

it.each(Object.entries({ ...emitted, ...recorded }))('Prometheus answers %s with its labels', async (name, metric) => {
  const labels = metric.labels.map((label) => `${label}!=""`).join(',')
  await expect.poll(() => query(`topk(1, ${series(name, metric)}{${labels}})`), data).not.toEqual([])
})

it('up{service="api"} is 1', async () => {
  expect((await query('up{service="api"}')).map(({ value }) => value[1])).toEqual(['1'])
})

it.each(Object.entries(bounds))('%s has the bounds of its objectives', async (name, promised) => {
  const found = async () => (await query(`count by (le) (${name}_bucket)`)).map(({ metric }) => metric.le)
  await expect.poll(found, data).toEqual(expect.arrayContaining([...promised]))
})

it('the processes emit the same names at /metrics', async () => {
  const pages = await Promise.all(
    (['api', 'worker', 'mcp'] as const).map(async (name) =>
      (await fetch(`${urlOf(place, name, 'metrics')}/metrics`)).text(),
    ),
  )
  const types = new Map([...pages.join('\n').matchAll(/^# TYPE (\S+) (\S+)/gm)].map(([, name, kind]) => [name, kind]))
  expect(Object.entries(emitted).filter(([name, { kind }]) => types.get(name) !== kind)).toEqual([])
})

it.each(logFields)('Loki has the fields of $lines', async ({ lines, fields }) => {
  const parameters = new URLSearchParams({ query: lines, limit: '20', since: '1h' })
  const found = async () => {
    const answer = await fetch(`${urlOf(place, 'loki')}/loki/api/v1/query_range?${parameters}`)
    const { data } = (await answer.json()) as { data: { result: { stream: Record<string, string> }[] } }
    return data.result.map(({ stream }) => stream)
  }
  await expect.poll(found, data).not.toEqual([])
  expect(missingFields((await found())[0], fields)).toEqual([])
})

it('each journey is one trace with its steps in order', async () => {
  const { stdout } = await runCommand(place, ['stack/journeys/main.ts', '--json'])
  const travelled = JSON.parse(stdout) as {
    journey: string
    missing: string[]
    spans: { name: string; startMs: number }[]
  }[]
  const inOrder = travelled.map(({ journey, missing, spans }) => {
    // A step that happens twice (a contact is indexed again with what enrichment found) counts where it follows the one before.
    let at = 0
    for (const step of journeys[journey] ?? []) {
      const starts = spans.filter(({ name, startMs }) => name === step && startMs >= at).map(({ startMs }) => startMs)
      at = Math.min(...starts)
    }
    return { journey, missing, ordered: Number.isFinite(at) }
  })
  expect(inOrder.toSorted((a, b) => a.journey.localeCompare(b.journey))).toEqual(
    Object.keys(journeys)
      .toSorted()
      .map((journey) => ({ journey, missing: [], ordered: true })),
  )
})
