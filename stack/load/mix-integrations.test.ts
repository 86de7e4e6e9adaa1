import { Hono } from 'hono'
import { afterEach, expect, it, vi } from 'vitest'
import { integrationsMix } from './mix-integrations.ts'
import { Stats } from './stats.ts'
import { Holdings, kindOf, Visitor } from './visitor.ts'

afterEach(() => vi.unstubAllGlobals())

const synchronize = integrationsMix.find(({ name }) => name === 'synchronize')

it('makes each integration once, then only synchronizes', async () => {
  const integrations: { id: string; provider: string }[] = []
  const asked: string[] = []
  const crm = new Hono()
    .use(async (c, next) => {
      asked.push(kindOf(c.req.method, c.req.url))
      await next()
    })
    .get('/api/integrations', (c) => c.json({ integrations, nextCursor: null }))
    .post('/api/integrations', async (c) => {
      const { provider } = await c.req.json()
      integrations.push({ id: `00000000-0000-4000-8000-00000000000${integrations.length}`, provider })
      return c.json({}, 201)
    })
    .post('/api/integrations/:id/sync', (c) => c.json({ syncs: [] }, 202))
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => crm.request(url, init))
  const visitor = new Visitor({
    apiUrl: 'http://crm.test',
    email: 'anna@crm.example',
    holdings: new Holdings(),
    stats: new Stats(),
    random: () => 0.5,
  })
  for (let times = 0; times < 5; times++) await synchronize?.run(visitor)
  expect(integrations.map(({ provider }) => provider)).toEqual(['salesforce', 'hubspot', 'ghl'])
  expect(asked.filter((kind) => kind !== 'GET /api/integrations')).toEqual([
    ...Array.from({ length: 3 }, () => 'POST /api/integrations'),
    ...Array.from({ length: 2 }, () => 'POST /api/integrations/:id/sync'),
  ])
})
