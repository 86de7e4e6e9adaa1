/** What the console answers over servers whose answers are known; how it is drawn is looked at in test/pages. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { everyType } from '../../test/pages/every-type.ts'
import { type FakeBackends, startFakeBackends, traceId } from '../../test/pages/fake-backends.ts'
import type { Backends } from '../queries/run-query.ts'
import { createConsole } from './app.ts'
import { ownFrom } from './fresh-start.ts'
import type { PanelData } from './panel-data.ts'

const data = mkdtempSync(join(tmpdir(), 'console-'))
const place = { offset: 0, data, run: join(data, 'run') }
let fakes: FakeBackends
let backends: Backends

const app = createConsole(place, { backends: () => backends, dashboards: async () => [everyType()] })
const get = (path: string) => app.request(path, { headers: { host: '127.0.0.1:3001' } })
const json = async <T>(path: string): Promise<T> => (await (await get(path)).json()) as T

beforeAll(async () => {
  fakes = await startFakeBackends()
  backends = { prometheus: fakes.url, loki: fakes.url, tempo: fakes.url }
})
afterAll(async () => {
  await fakes.stop()
  rmSync(data, { recursive: true })
})

const idOf = (title: string) => everyType().panels?.find((panel) => panel.title === title)?.id
const panel = (title: string, query = 'from=now-1h&to=now') =>
  json<PanelData>(`/d/every-type/panels/${idOf(title)}?${query}`)

test('curves come on one axis with their exemplars and the query as it was sent', async () => {
  const { table, exemplars, queries, failures } = await panel('Curves', 'from=now-1h&to=now&var-job=api')
  expect(table.series.map(({ name, refId }) => [name, refId])).toEqual([
    ['/a', 'A'],
    ['/b', 'A'],
  ])
  expect(exemplars).toEqual([expect.objectContaining({ traceId, value: 0.42, labels: { route: '/slow' } })])
  expect(queries[0]?.text).toContain('job=~"api"')
  expect(failures).toEqual([])
})

test('as many points as the panel is wide', async () => {
  const { table } = await panel('Stacked', 'from=now-6h&to=now&points=60')
  expect(table.times.length).toBeGreaterThan(30)
  expect(table.times.length).toBeLessThanOrEqual(61)
})

test('lines and traces', async () => {
  expect((await panel('Lines')).lines.map(({ line }) => line)).toEqual([
    'it failed <script>alert(1)</script>',
    'request answered',
    'tried again',
  ])
  expect((await panel('Traces')).traces).toEqual([expect.objectContaining({ traceId, rootName: 'POST /api/contacts' })])
})

test('marks of both forms of annotations', async () => {
  const marks = await json<{ kind: string; title: string }[]>('/d/every-type/annotations?from=now-1h&to=now')
  expect(marks.map(({ kind, title }) => [kind, title])).toEqual([
    ['span', 'HighErrorRate'],
    ['event', 'api 1.2.3'],
  ])
})

test('values of variables that a server invented are text', async () => {
  const page = await (await get('/d/every-type')).text()
  expect(page).toContain('value="&lt;i&gt;odd&lt;/i&gt;"')
  expect(page).not.toContain('<i>odd')
})

test('one panel alone, by either way to name it; one that is not there is said', async () => {
  for (const name of [`${idOf('Curves')}`, `panel-${idOf('Curves')}`]) {
    const page = await (await get(`/d/every-type?viewPanel=${name}`)).text()
    expect(page.match(/<section class="panel/g)).toHaveLength(1)
  }
  expect(await (await get('/d/every-type?viewPanel=7')).text()).toContain('There is no such panel.')
})

test('a trace from Tempo; from the file of kept traces where Tempo does not know it; else the reason', async () => {
  interface Found {
    spans: { name: string; attributes: Record<string, string>; error?: string }[]
    from: string
  }
  const found = await json<Found>(`/trace/${traceId}/data`)
  expect(found.from).toBe('Tempo')
  expect(found.spans.map(({ name }) => name)).toEqual(['POST /api/contacts', 'INSERT contacts', 'contact-enrichment'])
  expect(found.spans[2]).toMatchObject({ error: 'Timeout', attributes: { 'http.route': '/<b>x</b>' } })

  const other = 'ab'.repeat(16)
  expect((await json<Found>(`/trace/${other}/data`)).from).toMatch(/^Tempo .*, and it is not in the collector’s file/)
  mkdirSync(join(data, 'collector', 'traces'), { recursive: true })
  const span = {
    traceId: other,
    spanId: '01'.repeat(8),
    name: 'kept',
    startTimeUnixNano: '1000000',
    endTimeUnixNano: '3000000',
  }
  writeFileSync(
    join(data, 'collector', 'traces', 'kept.jsonl'),
    `${JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] })}\n`,
  )
  const kept = await json<Found>(`/trace/${other}/data`)
  expect([kept.from, kept.spans.map(({ name }) => name)]).toEqual(['the collector’s file of kept traces', ['kept']])
})

test('an explorer’s link to a trace leads to the trace, ids of lines to their query', async () => {
  const to = async (path: string) => (await get(path)).headers.get('location')
  const left = { queries: [{ datasource: { type: 'tempo' }, query: traceId }] }
  expect(await to(`/explore?left=${encodeURIComponent(JSON.stringify(left))}`)).toBe(`/trace/${traceId}`)
  expect(new URL((await to('/logs?correlation_id=c-1')) ?? '', 'http://x').searchParams.get('query')).toContain(
    'correlationId="c-1"',
  )
  expect((await get('/logs')).status).toBe(400)
})

test('what a server refuses is told in its own words', async () => {
  const { failures } = await json<PanelData>('/explore/data?datasource=prometheus&query=refused')
  expect(failures).toEqual([
    { refId: 'A', datasource: 'prometheus', kind: 'refused', message: 'parse error: <b>unexpected</b> end' },
  ])
})

test('alerts with their state now; without Prometheus that is said', async () => {
  expect(await (await get('/runbooks')).text()).toMatch(/<td>APIDown<\/td><td><span class="state unknown">/)
  const without = createConsole(place, { backends: () => ({}) })
  const page = await (await without.request('/runbooks', { headers: { host: 'localhost' } })).text()
  expect(page).toContain('Prometheus does not answer')
  expect(page).toContain('<a href="/runbooks/api-down">api-down</a>')
})

test('a stack that is younger than the range is shown since its start, unless there is something from before', async () => {
  const now = Date.parse('2026-11-21T12:00:00Z')
  const dashboard = everyType()
  const twelveMinutesAgo = '2026-11-21T11:48:00Z'
  const empty = { prometheus: `${fakes.url}/nothing` }
  expect(await ownFrom(dashboard, twelveMinutesAgo, empty, now)).toBe('now-15m')
  expect(await ownFrom(dashboard, twelveMinutesAgo, { prometheus: fakes.url }, now)).toBe('now-1h')
  expect(await ownFrom(dashboard, '2026-11-21T09:00:00Z', empty, now)).toBe('now-1h')
  expect(await ownFrom(dashboard, undefined, empty, now)).toBe('now-1h')
})
