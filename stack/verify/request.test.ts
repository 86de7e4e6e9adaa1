import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { freshRequest } from './request.ts'

/** A service with a sign-in through a provider, Prometheus and Loki, all in one; it counts and logs what it is sent. */
const fakeStack = async () => {
  const seen = { traceparent: '', requests: 0, logged: true, removed: 0 }
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://fake')
    const answer = (status: number, body: unknown, headers: Record<string, string> = {}) =>
      response.writeHead(status, headers).end(JSON.stringify(body))
    const signedIn = request.headers.cookie?.includes('crm_session=secret') ?? false
    switch (`${request.method} ${pathname}`) {
      case 'GET /api/auth/login':
        return answer(
          302,
          {},
          { location: '/provider?code=1', 'set-cookie': 'crm_sign_in=attempt; HttpOnly; Path=/api/auth' },
        )
      case 'GET /provider':
        return answer(302, {}, { location: `/api/auth/callback?code=${searchParams.get('code')}` })
      case 'GET /api/auth/callback':
        return request.headers.cookie?.includes('crm_sign_in=attempt')
          ? answer(302, {}, { location: '/docs', 'set-cookie': 'crm_session=secret; HttpOnly' })
          : answer(400, {})
      case 'POST /api/contacts':
        if (!signedIn) return answer(401, {})
        seen.traceparent = request.headers.traceparent as string
        seen.requests++
        return answer(201, { id: '7' })
      case 'DELETE /api/contacts/7':
        seen.removed++
        return answer(204, {})
      case 'GET /api/v1/query':
        return answer(200, {
          data: {
            resultType: 'vector',
            result: seen.requests > 0 ? [{ metric: {}, value: [1, `${seen.requests}`] }] : [],
          },
        })
      case 'GET /loki/api/v1/query_range': {
        const found = seen.logged && searchParams.get('query')?.includes(seen.traceparent.split('-')[1] ?? '?')
        return answer(200, {
          data: {
            resultType: 'streams',
            result: found ? [{ stream: {}, values: [['1000000', 'request answered']] }] : [],
          },
        })
      }
      default:
        return answer(404, {})
    }
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    seen,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: () => new Promise<void>((done) => server.close(() => done())),
  }
}

let tracesFolder: string
beforeEach(async () => {
  tracesFolder = await mkdtemp(join(tmpdir(), 'crm-traces-'))
})
afterEach(() => rm(tracesFolder, { recursive: true }))

const span = (service: string, traceId: string) =>
  `${JSON.stringify({
    resourceSpans: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: service } }] },
        scopeSpans: [{ spans: [{ traceId, spanId: service, startTimeUnixNano: '1', endTimeUnixNano: '2' }] }],
      },
    ],
  })}\n`

it('signs in, sends one request, finds it everywhere, and removes what it made', async () => {
  await using stack = await fakeStack()
  const { url, seen } = stack
  const request = freshRequest({ api: url, prometheus: url, loki: url, tracesFolder })
  const run = async () =>
    Object.fromEntries(
      await Promise.all(
        request.checks.map(async ({ name, run }) => [name, await run(new AbortController().signal)] as const),
      ),
    )

  seen.logged = false
  const before = await run()
  expect(before['is answered']).toMatchObject({ state: 'ok' })
  expect(before['is counted under its route in Prometheus']).toEqual({ state: 'ok' })
  expect(before['is found as a log in Loki by its trace id']).toMatchObject({ state: 'empty' })
  expect(before['is found in the collector’s file of kept traces']).toMatchObject({ state: 'empty' })

  seen.logged = true
  const traceId = seen.traceparent.split('-')[1] ?? ''
  expect(seen.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)
  await writeFile(join(tracesFolder, 'kept.jsonl'), span('api', traceId))
  expect((await run())['is found in the collector’s file of kept traces']).toEqual({
    state: 'empty',
    note: 'without spans of worker',
  })
  await writeFile(join(tracesFolder, 'kept-2026.jsonl'), span('worker', traceId) + span('worker', 'another'))
  expect(Object.values(await run()).map(({ state }) => state)).toEqual(['ok', 'ok', 'ok', 'ok'])
  expect(seen.requests).toBe(1)

  await request.cleanUp()
  expect(seen.removed).toBe(1)
})

it('says what does not answer, and tries again the next time', async () => {
  const nowhere = 'http://127.0.0.1:1'
  await using stack = await fakeStack()
  const request = freshRequest({ api: nowhere, prometheus: stack.url, loki: stack.url, tracesFolder })
  const [answered] = request.checks
  await expect(answered?.run(new AbortController().signal)).rejects.toThrow('http://127.0.0.1:1/api/auth/login')
  await expect(answered?.run(new AbortController().signal)).rejects.toThrow('does not answer')
  await request.cleanUp()
})
