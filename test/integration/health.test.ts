import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Answer, type Service, startService } from './crm/service.ts'
import { until } from './telemetry/harness.ts'

let service: Service
beforeAll(async () => {
  service = await startService()
})
afterAll(() => service?.stop())

const ask: Service['ask'] = (...args) => service.ask(...args)
const operator = () => ({ headers: { authorization: `Bearer ${service.config.adminSecret}` } })

const fault = async (provider: string, json?: object): Promise<void> => {
  await fetch(`${service.sandboxUrl}/faults/${provider}`, {
    method: json ? 'PUT' : 'DELETE',
    ...(json && { body: JSON.stringify(json), headers: { 'content-type': 'application/json' } }),
  })
}

const timed = async (asked: Promise<Answer>): Promise<{ answer: Answer; body: unknown; ms: number }> => {
  const startedAt = performance.now()
  const answer = await asked
  return { answer, body: await answer.json(), ms: performance.now() - startedAt }
}

describe('when all is well', () => {
  test('GET /health names the service and each dependency', async () => {
    const answer = await ask('GET /health')
    expect(answer.status).toBe(200)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(await answer.json()).toEqual({
      status: 'ok',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      service: 'api',
      dependencies: { database: 'ok', job_queue: 'ok', ghl_api: 'ok', aloware_api: 'ok', verity_api: 'ok' },
    })
  })

  test('GET /health/detailed is for whoever is signed in, and for operators', async () => {
    expect((await ask('GET /health/detailed')).status).toBe(401)
    const wrong = { headers: { authorization: 'Bearer wrong' } }
    expect((await ask('GET /health/detailed', wrong)).status).toBe(401)
    expect((await ask('GET /health/detailed', operator())).status).toBe(200)
    const cookie = await service.signIn('anna@crm.example')
    const answer = await ask('GET /health/detailed', { cookie })
    expect(answer.status).toBe(200)
    expect(await answer.json()).toMatchObject({
      status: expect.stringMatching(/^(ok|degraded)$/),
      service: 'api',
      uptime: expect.any(Number),
      memory: { rss: expect.any(Number), heapUsed: expect.any(Number) },
      database: { status: 'ok', responseMs: expect.any(Number) },
      redis: { status: 'ok', kind: 'memory', memoryBytes: expect.any(Number) },
      elasticsearch: { status: 'ok', engine: 'postgresql full text' },
      queues: {
        status: 'ok',
        queues: expect.arrayContaining([
          {
            queueName: 'search-indexing',
            waiting: 0,
            active: 0,
            completed: 0,
            failed: 0,
            delayed: 0,
            oldestSeconds: 0,
          },
        ]),
      },
      externalServices: { billy: { status: 'ok', configured: true, breaker: 'closed', rateLimitedUntil: null } },
    })
  })
})

describe('when everything hangs', () => {
  test('health is answered within a second, again and again', async () => {
    const cookie = await service.signIn('bo@crm.example')
    const providers = ['gmail', 'google-calendar', 'billy', 'ghl', 'aloware', 'verity', 'salesforce', 'hubspot']
    for (const provider of providers) await fault(provider, { delayMs: 20_000 })
    const thaw = await service.database.freeze()
    try {
      // What the providers answered before is known for a while.
      const dependencies = { database: 'error', job_queue: 'error', ghl_api: 'error' }
      await until(async () => {
        const { body, ms } = await timed(ask('GET /health'))
        expect(ms).toBeLessThan(1_000)
        const { database, job_queue, ghl_api } = (body as { dependencies: Record<string, string> }).dependencies
        return database === 'error' && job_queue === 'error' && ghl_api === 'error'
      }, 20_000)
      const { answer, body } = await timed(ask('GET /health'))
      expect(answer.status).toBe(503)
      expect(body).toMatchObject({ status: 'error', dependencies })

      const detailed = await timed(ask('GET /health/detailed', operator()))
      expect(detailed.ms).toBeLessThan(1_000)
      expect(detailed.body).toMatchObject({
        status: 'error',
        database: { status: 'error' },
        redis: { status: 'ok' },
        elasticsearch: { status: 'error' },
        queues: { status: 'error', queues: [] },
        externalServices: { billy: { status: 'error' } },
      })
      // A session that only the database knows.
      const unknown = await timed(ask('GET /health/detailed', { cookie }))
      expect(unknown.answer.status).toBe(503)
      expect(unknown.ms).toBeLessThan(1_000)
      const ready = await timed(ask('GET /health/ready'))
      expect(ready.answer.status).toBe(503)
      expect(ready.ms).toBeLessThan(1_000)
      const live = await timed(ask('GET /health/live'))
      expect(live.body).toEqual({ status: 'ok' })
    } finally {
      thaw()
      for (const provider of providers) await fault(provider)
    }
    await until(async () => (await ask('GET /health')).status === 200, 20_000)
  })
})

test('a provider that asks to wait, or has no settings, is degraded, and the service with it', async () => {
  await fault('verity', { rateLimit: { retryAfterSeconds: 60 } })
  await service.outside.verity.ping().catch(() => {})
  await fault('verity')
  const detailed = async () => {
    const body: unknown = await (await ask('GET /health/detailed', operator())).json()
    return body as {
      status: string
      externalServices: Record<string, { status: string; rateLimitedUntil: string | null }>
    }
  }
  await until(async () => (await detailed()).externalServices.verity?.status === 'degraded', 20_000)
  const { status, externalServices } = await detailed()
  expect(status).toBe('degraded')
  expect(externalServices.verity?.rateLimitedUntil).toMatch(/^\d{4}-/)
  await until(async () => (await ask('GET /health')).status === 200)
  expect(await (await ask('GET /health')).json()).toMatchObject({
    status: 'degraded',
    dependencies: { verity_api: 'degraded' },
  })
})
