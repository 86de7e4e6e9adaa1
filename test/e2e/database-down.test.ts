/** A stopped database wakes somebody. */
import { beforeAll, expect, test } from 'vitest'
import type { Place } from '../../stack/place.ts'
import { urlOf } from '../../stack/ports.ts'
import { runScript } from './launcher.ts'
import { delivered, firstStartMs, sharedStack } from './running-stack.ts'

let place: Place
beforeAll(async () => {
  place = await sharedStack()
}, firstStartMs)

test('DatabaseDown is delivered within 75 s of the stop, with links that open, and its resolved notice after the restart', async () => {
  const stoppedAt = Date.now()
  await runScript(place, ['control.ts', 'stop', 'postgres'])
  const ready = async () => (await fetch(`${urlOf(place, 'api')}/health/ready`)).status
  await expect.poll(ready, { timeout: 10_000 }).toBe(503)
  const told = (status: 'firing' | 'resolved') => delivered(place, 'DatabaseDown', status)
  await expect.poll(() => told('firing'), { timeout: 80_000, interval: 500 }).not.toEqual([])
  const [notice] = await told('firing')
  expect(Date.parse(notice?.receivedAt ?? '') - stoppedAt).toBeLessThan(75_000)
  const alert = notice?.alerts.find(({ labels }) => labels.alertname === 'DatabaseDown')
  for (const link of [alert?.annotations.runbook_url, alert?.annotations.dashboard_url]) {
    const page = await fetch(link ?? '')
    expect(`${link} ${page.status}`).toBe(`${link} 200`)
    expect(page.headers.get('content-type')).toMatch(/^text\/html/)
  }

  expect((await runScript(place, ['control.ts', 'start', 'postgres'])).output).toMatch(/^postgres +ready/)
  await expect.poll(ready, { timeout: 30_000 }).toBe(200)
  await expect.poll(() => told('resolved'), { timeout: 90_000, interval: 500 }).not.toEqual([])
})
