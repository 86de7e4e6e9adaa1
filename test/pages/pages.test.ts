/** The pages of a running stack in a real Chromium. */
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Place } from '../../stack/place.ts'
import { urlOf } from '../../stack/ports.ts'
import { firstStartMs, sharedStack } from '../e2e/running-stack.ts'
import { chromiumOnPath } from './chromium.ts'

/** So high that every panel of a dashboard is in view: those that are not ask nothing. */
// Panels are asked for when they come into view: all of the longest dashboard is.
const viewport = { width: 1400, height: 6_000 }

/** Where nothing fails there are no such lines to show. */
const rightlyEmpty = /^(Recent errors|Warnings and errors)/

const executablePath = await chromiumOnPath()

describe('in Chromium', { timeout: 120_000 }, () => {
  let place: Place
  let browser: Browser | undefined

  beforeAll(async () => {
    if (!executablePath) return
    place = await sharedStack()
    browser = await chromium.launch({
      executablePath,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    })
  }, firstStartMs)
  afterAll(async () => {
    await browser?.close()
  }, 30_000)

  /** Opens a page, waits until the condition holds in it, and hands it over; errors in its console fail the test. */
  const look = async (url: string, ready: (page: Page) => Promise<void>): Promise<void> => {
    const page = await (browser as Browser).newPage({ viewport })
    const errors: string[] = []
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()))
    page.on('pageerror', (error) => errors.push(error.message))
    try {
      await page.goto(url)
      await ready(page)
      expect(errors).toEqual([])
    } finally {
      await page.close()
    }
  }

  test.for([
    ['system-overview', 'Latency of requests'],
    ['api-performance', 'Latency, all endpoints'],
  ] as const)('the dashboard %s draws every panel that asks Prometheus or Loki', async ([uid, curve], context) => {
    if (!executablePath) return context.skip('chromium is not on PATH: install Debian’s package chromium')
    const address = `${urlOf(place, 'console')}/d/${uid}?from=now-5m&to=now`
    await look(address, async (page) => {
      // Rates need two scrapes, objectives an evaluation of the slow rules: the page refreshes by itself only every 30 s.
      const problems = async () => {
        await page.reload()
        const loading = page.locator('p.note', { hasText: 'loading' })
        await expect.poll(() => loading.count(), { timeout: 30_000 }).toBe(0)
        const texts = await page.locator('section.panel').allInnerTexts()
        return texts.filter((text) => /refused|no data/.test(text) && !rightlyEmpty.test(text))
      }
      await expect.poll(problems, { timeout: 110_000, interval: 3_000 }).toEqual([])
      const panel = page.locator('section.panel', { hasText: curve })
      expect(await panel.locator('canvas').count()).toBe(1)
    })
  })

  test('a dot leads to its trace, and a span to its lines, its numbers and its dashboard over the same time', async (context) => {
    if (!executablePath) return context.skip('chromium is not on PATH: install Debian’s package chromium')
    const console = urlOf(place, 'console')
    await look(`${console}/d/api-performance?from=now-15m&to=now`, async (page) => {
      const dot = page.locator('a.exemplar').first()
      await dot.waitFor({ state: 'attached', timeout: 60_000 })
      // Another dot may lie over it.
      await dot.dispatchEvent('click')
      await page.waitForURL(/\/trace\/[0-9a-f]{32}$/)
      await page.locator('.span:not(.head) .title').first().click()
      const links = page.locator('.details .links a')
      await links.first().waitFor()
      const paths = await links.evaluateAll((all) => all.map((each) => (each as unknown as { href: string }).href))
      expect(paths.map((path) => new URL(path).pathname)).toEqual(['/logs', '/explore', '/d/api-performance'])
      const ranges = paths.map((path) => ['from', 'to'].map((name) => new URL(path).searchParams.get(name)))
      expect(ranges).toEqual([ranges[0], ranges[0], ranges[0]])
      const [lines = '', numbers = '', dashboard = ''] = paths
      await page.goto(lines)
      await page.locator('.explored li').first().waitFor()
      await page.goto(numbers)
      await page.getByRole('heading', { name: 'Last values' }).waitFor()
      await page.goto(dashboard)
      await page.getByRole('heading', { name: 'API Performance' }).waitFor()
    })
  })

  test('a runbook reads as a page, and is found in the list', async (context) => {
    if (!executablePath) return context.skip('chromium is not on PATH: install Debian’s package chromium')
    await look(`${urlOf(place, 'console')}/runbooks`, async (page) => {
      await page.getByRole('link', { name: 'database-down' }).first().click()
      await page.getByRole('heading', { name: 'The database does not answer' }).waitFor()
      await page.getByRole('heading', { name: 'First look' }).waitFor()
    })
  })

  test('the table of services shows what runs', async (context) => {
    if (!executablePath) return context.skip('chromium is not on PATH: install Debian’s package chromium')
    await look(urlOf(place, 'console'), async (page) => {
      for (const name of ['CRM worker', 'OpenTelemetry Collector', 'Prometheus', 'Loki'])
        await page.getByText(name, { exact: true }).first().waitFor()
    })
  })

  test('the API can be tried out: its operations are listed', async (context) => {
    if (!executablePath) return context.skip('chromium is not on PATH: install Debian’s package chromium')
    await look(`${urlOf(place, 'api')}/docs`, async (page) => {
      await page.getByText('/api/contacts/{id}/merge').waitFor()
    })
  })
})
