import { Hono } from 'hono'
import { expect, it } from 'vitest'
import { agentFamily, clientKey } from './client.ts'

it.each([
  ['Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36', 'Chrome'],
  ['Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0', 'Edge'],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox'],
  ['Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15', 'Safari'],
  ['curl/8.5.0', 'curl'],
  ['anna@crm.example', 'other'],
  [undefined, 'other'],
])('%s is %s', (userAgent, family) => {
  expect(agentFamily(userAgent)).toBe(family)
})

it('a client is whom the proxy saw last, and only where there is a proxy', async () => {
  const app = new Hono()
  app.get('/behind', (c) => c.text(clientKey(c, true)))
  app.get('/direct', (c) => c.text(clientKey(c, false)))
  const headers = { 'x-forwarded-for': '203.0.113.9, 198.51.100.7' }
  expect(await (await app.request('/behind', { headers })).text()).toBe('198.51.100.7')
  expect(await (await app.request('/direct', { headers })).text()).toBe('unknown')
})
