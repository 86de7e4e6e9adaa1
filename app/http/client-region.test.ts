import { Hono } from 'hono'
import { expect, test } from 'vitest'
import { clientRegion } from './client-region.ts'

const regionOf = async (address: string | undefined, headers: Record<string, string>, header?: string) => {
  const app = new Hono().get('/', (c) => c.text(clientRegion(c, header)))
  // What @hono/node-server hands over besides the request.
  const bindings = address === undefined ? {} : { incoming: { socket: { remoteAddress: address } } }
  return await (await app.request('/', { headers }, bindings)).text()
}

test.each([
  ['127.0.0.1', 'local'],
  ['::1', 'local'],
  ['::ffff:10.0.0.7', 'local'],
  ['172.20.1.1', 'local'],
  ['172.40.1.1', 'unknown'],
  ['fd00::1', 'local'],
  ['203.0.113.9', 'unknown'],
  [undefined, 'unknown'],
])('a client at %s is %s', async (address, region) => {
  expect(await regionOf(address, {})).toBe(region)
})

test('a proxy’s word counts where its header is configured, and where it is a region', async () => {
  expect(await regionOf('203.0.113.9', { 'cf-ipcountry': 'DK' }, 'cf-ipcountry')).toBe('DK')
  expect(await regionOf('203.0.113.9', { 'cf-ipcountry': 'DK' })).toBe('unknown')
  expect(await regionOf('203.0.113.9', { 'cf-ipcountry': 'anna@crm.example' }, 'cf-ipcountry')).toBe('unknown')
})
