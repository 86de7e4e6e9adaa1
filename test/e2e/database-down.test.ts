/** A stopped database wakes somebody, and what they are told leads to what failed. */
import { beforeAll, expect, test } from 'vitest'
import { byAlert, dashboardToTrace } from '../../stack/correlation/by-alert.ts'
import { go } from '../../stack/correlation/direction.ts'
import { sitesOf } from '../../stack/correlation/sites.ts'
import type { Place } from '../../stack/place.ts'
import { urlOf } from '../../stack/ports.ts'
import { absentSoftware } from '../../stack/verify/absent.ts'
import { runScript } from './launcher.ts'
import { delivered, firstStartMs, sharedStack } from './running-stack.ts'

const { signal } = new AbortController()
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

test('its notification leads to a dashboard with data, and from there to a trace that failed', async () => {
  const [notice] = await delivered(place, 'DatabaseDown', 'firing')
  const alert = notice?.alerts.find(({ labels }) => labels.alertname === 'DatabaseDown')
  const sites = sitesOf(place, await absentSoftware(place, signal), signal)
  const lost = () => dashboardToTrace(sites, alert?.annotations.dashboard_url ?? '', { failed: true })
  await expect.poll(lost, { timeout: 60_000, interval: 2_000 }).toBeUndefined()
})

test('an error that was met meanwhile leads to its trace', async () => {
  const sites = sitesOf(place, await absentSoftware(place, signal), signal)
  const direction = byAlert.find(({ from }) => from === 'error group')
  if (!direction) throw new Error('there is no such direction')
  const outcome = await go(direction, sites, { most: 3, least: 1, limitMs: 60_000 })
  expect(outcome.lost).toEqual([])
  expect(outcome.followed).toBeGreaterThan(0)
})
