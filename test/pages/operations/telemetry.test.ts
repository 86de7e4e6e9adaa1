/** The parts of the operators' page that read from the telemetry's servers, and the audit log of what is done there. */
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ServerType, serve } from '@hono/node-server'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { tempoApi } from '../../../stack/console/tempo-api.ts'
import { keep, keptSpan } from '../../integration/telemetry/kept-traces.ts'
import { startAlertmanager, type TestServer } from '../../integration/telemetry/servers.ts'
import { axeFinds, needsBrowser, type Site, settled, startSite } from './browser.ts'

let site: Site | undefined
let alertmanager: TestServer | string
let traces: ServerType
let kept: string
const shots = process.env.LOOK

const traceId = 'a'.repeat(32)
const evil = '<img src=x onerror="document.title=1">'

const fire = async (url: string): Promise<void> => {
  const annotations = {
    summary: `Too many requests fail. ${evil}`,
    description: 'api: 7 % of the requests of the last five minutes were answered with a 5xx.',
    first_step: 'Look at the errors by route.',
    runbook_url: 'http://127.0.0.1:3001/runbooks/high-error-rate',
    dashboard_url: 'http://127.0.0.1:3001/d/errors-logs',
  }
  const alert = (alertname: string, severity: string, priority: string) => ({
    labels: { alertname, severity, priority, receivers: 'page' },
    annotations,
  })
  const alerts = [alert('HighErrorRate', 'critical', 'P1'), alert('SlowSync', 'warning', 'P3')]
  const body = JSON.stringify(alerts)
  await fetch(`${url}/api/v2/alerts`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
}

const writeTraces = async (): Promise<void> => {
  const began = Date.now() - 90_000
  const span = (id: string, parent: string, name: string, afterMs: number, ms: number) =>
    keptSpan({ traceId, id: id.repeat(16), parent: parent.repeat(16), name, startMs: began + afterMs, ms })
  const query = [{ key: 'db.system.name', value: { stringValue: 'postgresql' } }]
  await keep(kept, [
    ['api', span('1', '', 'POST /api/contacts', 0, 80)],
    ['api', span('2', '1', 'validation', 2, 3)],
    ['api', span('3', '1', 'database write', 8, 60)],
    ['api', { ...span('4', '3', 'insert contacts', 9, 20), attributes: query }],
    ['worker', span('5', '1', 'process contact-enrichment', 300, 400)],
    ['worker', { ...span('6', '5', evil, 310, 380), status: { code: 2 } }],
  ])
}

beforeAll(async () => {
  kept = await mkdtemp(join(tmpdir(), 'crm-kept-'))
  traces = serve({ fetch: tempoApi(kept).fetch, port: 0, hostname: '127.0.0.1' })
  await once(traces, 'listening')
  alertmanager = await startAlertmanager()
  const url = typeof alertmanager === 'string' ? 'http://127.0.0.1:1' : alertmanager.url
  if (typeof alertmanager !== 'string') await fire(url)
  await writeTraces()
  const TEMPO_URL = `http://127.0.0.1:${(traces.address() as AddressInfo).port}`
  site = await startSite({ ALERTMANAGER_URL: url, TEMPO_URL })
})
afterAll(async () => {
  await site?.stop()
  if (typeof alertmanager === 'object') await alertmanager.stop()
  traces?.close()
  if (kept) await rm(kept, { recursive: true, force: true })
})

const isWide = 'document.documentElement.scrollWidth > document.documentElement.clientWidth'

/** In both themes and on a phone; with LOOK set to a folder, pictures of it. */
const looksRight = async (page: Page, name: string): Promise<void> => {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    expect.soft(await axeFinds(page), `${name} ${colorScheme}`).toEqual([])
    if (shots) await page.screenshot({ path: join(shots, `${name}-${colorScheme}.png`), fullPage: true })
  }
  const size = page.viewportSize() ?? { width: 1_280, height: 900 }
  await page.setViewportSize({ width: 360, height: 740 })
  expect.soft(await page.evaluate(isWide), `${name} is wider than a phone`).toBe(false)
  if (shots) await page.screenshot({ path: join(shots, `${name}-phone.png`), fullPage: true })
  await page.setViewportSize(size)
  // What comes from outside stays text.
  expect(await page.title()).not.toBe('1')
}

test('an alert is silenced for an hour from the page, and speaks again', async (context) => {
  needsBrowser(context)
  if (typeof alertmanager === 'string') return context.skip(alertmanager)
  await site?.visit('/admin/alerts', {}, async ({ page }) => {
    await settled(page)
    const firing = page.getByRole('region', { name: 'Firing', exact: true }).first()
    const row = (name: string) => firing.getByRole('row').filter({ hasText: name })
    await expect.poll(() => row('HighErrorRate').count()).toBe(1)
    expect(await row('HighErrorRate').textContent()).toContain('P1 critical')
    expect(await row('HighErrorRate').textContent()).toContain(evil)
    expect(await row('SlowSync').getByRole('link', { name: 'Runbook: SlowSync' }).getAttribute('href')).toBe(
      'http://127.0.0.1:3001/runbooks/high-error-rate',
    )

    await row('SlowSync').getByRole('button', { name: 'Silence for an hour' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('textbox').fill('We are at it')
    if (shots) await page.screenshot({ path: join(shots, 'alerts-dialog.png') })
    await dialog.getByRole('button', { name: 'Silence for an hour' }).click()
    await expect.poll(() => row('SlowSync').count(), { timeout: 15_000 }).toBe(0)
    const silences = page.getByRole('region', { name: 'Silenced', exact: true }).first()
    const silenced = silences.getByRole('row').filter({ hasText: 'SlowSync' })
    expect(await silenced.textContent()).toContain('We are at it')
    await looksRight(page, 'alerts')

    await silenced.getByRole('button', { name: 'End' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'End' }).click()
    await expect.poll(() => row('SlowSync').count(), { timeout: 15_000 }).toBe(1)
  })
})

test('what was done stands in the audit log', async (context) => {
  needsBrowser(context)
  await site?.service.ask('POST /api/jobs/process-pending', { cookie: await site.cookie('admin') })
  await site?.visit('/admin/audit?action=events.process_pending', {}, async ({ page }) => {
    await settled(page)
    const row = page.getByRole('row').filter({ hasText: 'Process pending events' })
    expect(await row.count()).toBe(1)
    expect(await row.textContent()).toContain('Astrid Holm')
    expect(await row.textContent()).toContain('enqueued: 0')
    await page.goto(`${site?.url}/admin/audit`)
    await settled(page)
    await looksRight(page, 'audit')
  })
})

test('the last traces of each journey, and one of them as a waterfall', async (context) => {
  needsBrowser(context)
  await site?.visit('/admin/journeys', {}, async ({ page }) => {
    await settled(page)
    const card = page.getByRole('region', { name: 'Contact creation' }).first()
    expect(await card.textContent()).toContain('700 ms')
    expect(await card.textContent()).toContain('with errors')
    await card.getByRole('link', { name: /^Show: Contact creation/ }).click()
    const spans = page.getByRole('group', { name: 'Spans of the trace' })
    await spans.waitFor()
    const names = () => spans.locator('tbody tr td:first-child div').allInnerTexts()
    expect((await names()).map((text) => text.split('\n')[0]?.trim())).toEqual([
      'POST /api/contacts',
      'validation',
      'database write',
      'process contact-enrichment',
      `${evil} failed`,
    ])
    await looksRight(page, 'journeys')
    await page.getByLabel('Show calls to the database too').check()
    await expect.poll(async () => (await names()).length).toBe(6)
    expect(new URL(page.url()).search).toBe(`?trace=${traceId}&queries=shown`)
  })
})
