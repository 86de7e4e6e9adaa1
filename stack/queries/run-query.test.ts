import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { isEmpty, type Query, runQuery } from './run-query.ts'

let server: Server | undefined
let asked: URL | undefined
afterEach(() => server?.close())

/** A server that answers everything with this. */
async function answering(status: number, body: unknown): Promise<string> {
  server = createServer((request, response) => {
    asked = new URL(request.url ?? '', 'http://x')
    response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const range = { from: 1_000_002_000, to: 1_000_063_000 }
const query: Query = { datasource: 'prometheus', text: 'up', mode: 'range', stepMs: 15_000 }

test('a range of Prometheus starts at a multiple of the step, and keeps infinities', async () => {
  const values = [
    [1_000_000, '1'],
    [1_000_015, '+Inf'],
    [1_000_030, 'NaN'],
  ]
  const prometheus = await answering(200, {
    data: { resultType: 'matrix', result: [{ metric: { job: 'api' }, values }] },
  })
  const result = await runQuery({ prometheus }, query, range)
  expect(asked?.pathname + (asked?.search ?? '')).toBe('/api/v1/query_range?query=up&start=999990&end=1000050&step=15')
  expect(result).toEqual({
    kind: 'series',
    series: [
      {
        labels: { job: 'api' },
        points: [
          [1_000_000_000, 1],
          [1_000_015_000, Infinity],
          [1_000_030_000, NaN],
        ],
      },
    ],
  })
  expect(isEmpty(result)).toBe(false)
})

test('an instant query is asked at the end of the range; nothing found is empty', async () => {
  const prometheus = await answering(200, { data: { resultType: 'vector', result: [] } })
  const result = await runQuery({ prometheus }, { ...query, mode: 'instant' }, range)
  expect(asked?.pathname + (asked?.search ?? '')).toBe('/api/v1/query?query=up&time=1000063')
  expect(isEmpty(result)).toBe(true)
})

test('lines of Loki come newest first', async () => {
  const stream = (name: string, time: string) => ({ stream: { name }, values: [[`${time}000000`, name]] })
  const body = { data: { resultType: 'streams', result: [stream('old', '1000003000'), stream('new', '1000004000')] } }
  const loki = await answering(200, body)
  const result = await runQuery({ loki }, { ...query, datasource: 'loki', text: '{a="b"}' }, range)
  expect(result).toEqual({
    kind: 'logs',
    lines: [
      { timeMs: 1_000_004_000, line: 'new', labels: { name: 'new' } },
      { timeMs: 1_000_003_000, line: 'old', labels: { name: 'old' } },
    ],
  })
})

test('traces of Tempo, whose ids lose their leading zeros', async () => {
  const trace = {
    traceID: 'abc',
    rootServiceName: 'api',
    rootTraceName: 'GET /',
    startTimeUnixNano: '1000003000000000',
    durationMs: 7,
  }
  const tempo = await answering(200, { traces: [trace] })
  const result = await runQuery({ tempo }, { ...query, datasource: 'tempo', text: '{ }' }, range)
  expect(asked?.pathname).toBe('/api/search')
  expect(result).toEqual({
    kind: 'traces',
    traces: [
      {
        traceId: '00000000000000000000000000000abc',
        service: 'api',
        rootName: 'GET /',
        startMs: 1_000_003_000,
        durationMs: 7,
      },
    ],
  })
})

test('a server that does not run here, does not answer, or is not ready is unavailable', async () => {
  await expect(runQuery({}, query, range)).rejects.toMatchObject({
    kind: 'unavailable',
    message: 'prometheus does not run here',
  })
  const closed = await answering(200, {})
  await new Promise((resolve) => server?.close(resolve))
  await expect(runQuery({ prometheus: closed }, query, range)).rejects.toMatchObject({
    kind: 'unavailable',
    message: `${closed} does not answer (ECONNREFUSED)`,
  })
  const starting = await answering(503, 'Ingester not ready')
  await expect(runQuery({ prometheus: starting }, query, range)).rejects.toMatchObject({
    kind: 'unavailable',
    message: 'Ingester not ready',
  })
})

test('a query that the server refuses tells its reason', async () => {
  const prometheus = await answering(400, { status: 'error', error: 'parse error: unexpected }' })
  await expect(runQuery({ prometheus }, query, range)).rejects.toMatchObject({
    kind: 'refused',
    message: 'parse error: unexpected }',
  })
})
