/** The console's pages in a real Chromium, over servers whose answers are known. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ServerType, serve } from '@hono/node-server'
import { type Browser, chromium, type Locator, type Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createConsole } from '../../stack/console/app.ts'
import { chromiumOnPath } from './chromium.ts'
import { everyType } from './every-type.ts'
import { type FakeBackends, startFakeBackends, traceId } from './fake-backends.ts'

/** Two cores may be busy with other tests. */
const soon = { timeout: 20_000 }

const executablePath = await chromiumOnPath()
const data = mkdtempSync(join(tmpdir(), 'console-pages-'))
const place = { offset: 0, data, run: join(data, 'run') }

let fakes: FakeBackends
let server: ServerType
let base: string
let browser: Browser | undefined

beforeAll(async () => {
  if (!executablePath) return
  fakes = await startFakeBackends()
  const backends = () => ({ prometheus: fakes.url, loki: fakes.url, tempo: fakes.url })
  const other = { uid: 'api-performance', title: 'API Performance', tags: ['crm'], panels: [] }
  const app = createConsole(place, { backends, dashboards: async () => [everyType(), other] })
  base = await new Promise((resolve) => {
    server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) =>
      resolve(`http://127.0.0.1:${port}`),
    )
  })
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] })
})
afterAll(async () => {
  await browser?.close()
  server?.close()
  if (server && 'closeAllConnections' in server) server.closeAllConnections()
  await fakes?.stop()
  rmSync(data, { recursive: true, force: true })
})

describe('in Chromium', () => {
  let page: Page
  let errors: string[]
  beforeEach(async (context) => {
    if (!executablePath) return context.skip('chromium is not on PATH: install Debian’s package chromium')
    page = await (browser as Browser).newPage({ viewport: { width: 1400, height: 2_600 } })
    errors = []
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()))
    page.on('pageerror', (error) => errors.push(error.message))
    return async () => {
      await page.close()
      // Content security policy included.
      expect(errors).toEqual([])
    }
  })

  const open = async (path = '/d/every-type?from=now-1h&to=now'): Promise<void> => {
    await page.goto(base + path)
    await expect.poll(() => page.locator('p.note', { hasText: 'loading' }).count(), soon).toBe(0)
  }
  const panel = (title: string): Locator =>
    page.locator('section.panel').filter({ has: page.getByRole('heading', { name: title, exact: true }) })

  /** How many pixels of a panel's canvas are coloured: neither clear nor grey, as lines of a grid are. */
  const colouredPixels = (title: string): Promise<number> =>
    panel(title)
      .locator('canvas')
      .evaluate((element) => {
        const canvas = element as unknown as { width: number; height: number; getContext: (kind: '2d') => unknown }
        const context = canvas.getContext('2d') as {
          getImageData: (x: number, y: number, width: number, height: number) => { data: Uint8ClampedArray }
        }
        const { data: pixels } = context.getImageData(0, 0, canvas.width, canvas.height)
        let count = 0
        for (let at = 0; at < pixels.length; at += 4) {
          const [red = 0, green = 0, blue = 0, alpha = 0] = pixels.slice(at, at + 4)
          if (alpha > 40 && Math.max(red, green, blue) - Math.min(red, green, blue) > 40) count++
        }
        return count
      })

  /** One panel alone: the others need not be drawn to look at it. */
  const openOnly = async (title: string): Promise<void> => {
    const id = everyType().panels?.find((each) => each.title === title)?.id
    await open(`/d/every-type?from=now-1h&to=now&viewPanel=${id}`)
  }

  test('every type is drawn: curves, stacks, heatmaps, states, numbers', async () => {
    await open()
    for (const title of ['Curves', 'Stacked', 'Fifty', 'States', 'A heatmap'])
      expect(await colouredPixels(title), title).toBeGreaterThan(400)
    expect(await panel('States').locator('.legend').textContent()).toBe('updown')
    // Numbers stand in their unit and the colour of their limit.
    const value = panel('A stat').locator('.value')
    expect(await value.textContent()).toMatch(/^\d+(\.\d+)? ms$/)
    expect(await value.evaluate((element) => getComputedStyle(element as never).color)).not.toBe('rgb(0, 0, 0)')
    expect(await panel('A stat').locator('svg.spark polyline').count()).toBe(1)
    expect(await panel('A gauge').locator('svg path').count()).toBeGreaterThan(2)
    expect(await panel('A gauge').locator('svg text').textContent()).toMatch(/ms$/)
    expect(await panel('Bars').locator('.bar').count()).toBe(2)
    expect(await panel('Processes up').locator('.stat').count()).toBe(2)
    expect(await panel('Nothing').locator('.note').textContent()).toBe('no data')
    // What happened meanwhile is marked on the curves.
    const handles = panel('Curves').locator('.mark')
    await expect.poll(() => handles.count(), soon).toBe(2)
    const texts = await handles.evaluateAll((all) => all.map((each) => (each as unknown as { title: string }).title))
    expect(texts.join('\n')).toMatch(/Firing: HighErrorRate/)
    expect(texts.join('\n')).toMatch(/Deployments: api 1\.2\.3/)
    // Six panels at most, the largest of which has two queries and its exemplars; annotations and variables besides.
    expect(fakes.most()).toBeLessThan(16)
  })

  test('a table joins its queries, sorts by a click, and its rows lead to logs', async () => {
    await openOnly('A table')
    const rows = () => panel('A table').locator('tbody tr').allInnerTexts()
    expect(await panel('A table').locator('th').allInnerTexts()).toEqual(['Endpoint', 'Requests', 'p95'])
    const before = await rows()
    expect(before).toHaveLength(2)
    expect(before[0]).toMatch(/\/[ab]\s+[\d.]+ req\/s\s+[\d.]+ ms/)
    await panel('A table').getByRole('button', { name: 'Requests' }).click()
    expect(await rows()).toEqual(before.toReversed())
    await panel('A table').getByRole('link', { name: '/a' }).click()
    await page.getByRole('heading', { name: 'Explore' }).waitFor()
    expect(await page.locator('textarea').inputValue()).toBe('{service_name="api"}')
    await page.getByText('request answered').waitFor()
  })

  test('fifty series have a legend that can be sorted', async () => {
    await openOnly('Fifty')
    const names = panel('Fifty').locator('.legend tbody tr')
    expect(await names.count()).toBe(50)
    const first = await names.first().textContent()
    await panel('Fifty').locator('.legend th button').last().click()
    expect(await names.last().textContent()).toBe(first)
  })

  test('a dot opens its trace: spans by service, with errors and attributes as text', async () => {
    await openOnly('Curves')
    await panel('Curves').locator('a.exemplar').first().click()
    await page.waitForURL(`**/trace/${traceId}`)
    const spans = page.locator('.span:not(.head)')
    await expect.poll(() => spans.count(), soon).toBe(3)
    expect(await page.locator('.summary').textContent()).toContain('3 spans · 1 with an error')
    const failed = page.locator('.span.failed .title')
    expect(await failed.textContent()).toContain('worker contact-enrichment')
    await failed.click()
    await page.getByText('/<b>x</b>', { exact: true }).waitFor()
    const paths = await page
      .locator('.details .links a')
      .evaluateAll((all) => all.map((each) => new URL((each as unknown as { href: string }).href).pathname))
    expect(paths).toEqual(['/logs', '/explore', '/d/api-performance'])
    await page.getByRole('link', { name: 'its log lines' }).click()
    await page.waitForURL('**/explore?*')
    expect(await page.locator('textarea').inputValue()).toContain(`trace_id="${traceId}"`)
  })

  test('log lines open with their fields; what they say is text', async () => {
    await openOnly('Lines')
    const line = panel('Lines').locator('li.error')
    expect(await line.textContent()).toContain('it failed <script>alert(1)</script>')
    await line.locator('summary').click()
    await line.getByRole('link', { name: traceId }).click()
    await page.waitForURL(`**/trace/${traceId}`)
  })

  test('a trace in a list leads to its waterfall', async () => {
    await openOnly('Traces')
    await panel('Traces').getByRole('link', { name: 'POST /api/contacts' }).click()
    await page.waitForURL(`**/trace/${traceId}`)
  })

  test('values that are ticked and a time range go along to other dashboards', async () => {
    await open('/d/every-type?from=now-15m&to=now')
    await page.locator('details[data-pick=job] > summary').click()
    await page.getByRole('checkbox', { name: 'api' }).first().check()
    await page.getByRole('checkbox', { name: 'worker' }).first().check()
    await page.locator('details[data-pick=job]').getByRole('button', { name: 'Apply' }).click()
    await page.waitForURL(/var-job=api&var-job=worker/)
    await expect
      .poll(() => fakes.asked.some(({ parameters }) => parameters.get('query')?.includes('job=~"(api|worker)"')), soon)
      .toBe(true)
    await page.getByText('Dashboards', { exact: true }).last().click()
    await page.locator('.pick.dashboards').getByRole('link', { name: 'API Performance' }).click()
    await page.waitForURL(/\/d\/api-performance\?from=now-15m&to=now&var-job=api&var-job=worker/)
  })

  test('a custom range is the reader’s own date and time', async () => {
    await open()
    await page.locator('details.time > summary').click()
    await page.getByLabel('From').fill('2026-01-31 08:00')
    await page.getByLabel('To').fill('2026-01-31 09:00:30')
    await page.locator('details.time').getByRole('button', { name: 'Show' }).click()
    await page.waitForURL(/from=\d{13}&to=\d{13}/)
    expect(await page.locator('details.time > summary').textContent()).toBe(
      '2026-01-31 08:00:00 to 2026-01-31 09:00:30',
    )
  })

  test('one panel alone, with its query and the way to ask it', async () => {
    await open()
    await panel('Curves').getByRole('link', { name: 'Curves' }).click()
    await page.waitForURL(/viewPanel=\d+/)
    expect(await page.locator('section.panel').count()).toBe(1)
    await page.locator('.asked code').first().waitFor()
    expect(await page.locator('.asked code').textContent()).toContain('histogram_quantile(0.95')
    await page.locator('.asked').getByRole('link', { name: 'Explore A' }).click()
    await page.getByRole('heading', { name: 'Last values' }).waitFor()
  })

  test('what is refused says why, as text; a slow server holds up nobody else', async () => {
    await page.goto(`${base}/explore?datasource=prometheus&query=refused`)
    await page.getByText('The query was refused: parse error: <b>unexpected</b> end').waitFor()
    await page.goto(`${base}/explore?datasource=prometheus&query=slow`)
    await page.getByText('loading').waitFor()
    await page.goto(`${base}/runbooks`)
    await page.getByRole('heading', { name: 'Runbooks' }).waitFor()
  })
})
