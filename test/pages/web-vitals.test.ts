import { metrics as otel } from '@opentelemetry/api'
import { type Browser, chromium } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestMetrics } from '../../app/telemetry/test-metrics.ts'
import { type Service, startService } from '../integration/crm/service.ts'
import { chromiumOnPath } from './chromium.ts'

const executablePath = await chromiumOnPath()
const collect = startTestMetrics()
let service: Service | undefined
let browser: Browser | undefined

beforeAll(async () => {
  if (!executablePath) return
  service = await startService()
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] })
})
afterAll(async () => {
  await browser?.close()
  await service?.stop()
  otel.disable()
})

test('a visit to /docs is measured when the page is left', async (context) => {
  if (!service || !browser) return context.skip('chromium is not on PATH: install Debian’s package chromium')
  const { url } = await service.serve()
  const page = await browser.newPage()
  const errors: string[] = []
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()))
  page.on('pageerror', (error) => errors.push(error.message))
  await page.goto(`${url}/docs`)
  await page.getByText('/api/contacts/{id}/merge').waitFor()
  await page.goto('about:blank')
  const loads = async () =>
    (await collect('web_page_load_seconds')).map(({ attributes, value }) => [
      attributes.page,
      (value as { count: number }).count,
    ])
  await expect.poll(loads, { timeout: 10_000 }).toEqual([['/docs', 1]])
  const names = (await collect('web_vitals_total')).map(({ attributes }) => attributes.name)
  expect(names).toEqual(expect.arrayContaining(['fcp', 'lcp', 'ttfb']))
  // The content security policy lets it all pass.
  expect(errors).toEqual([])
})
