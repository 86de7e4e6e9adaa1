/**
 * `npm run docs:pictures [-- <address>] [-- --from=now-30m]`: a picture of every dashboard in docs/dashboards/, made in a real
 * Chromium from real data, and of every part of the operations page in docs/operations-page/. With the address of a running
 * stack (where `/d/<uid>` shows dashboards: its Grafana, or the console) its dashboards are looked at, with `--api=<address>`
 * its operations page; without either, one is started, and looked at when its traffic fills the panels.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { type Browser, chromium, type Page } from 'playwright-core'
import { root } from '../../stack/place.ts'
import { urlOf } from '../../stack/ports.ts'
import { type Dashboard, loadDashboards, type Panel } from '../../stack/queries/dashboards.ts'
import { Launcher, ownPlace } from '../e2e/launcher.ts'
import { chromiumOnPath } from './chromium.ts'
import { takePagePictures } from './operations/pictures.ts'
import { withFewColours } from './small-png.ts'

const folder = join(root, 'docs', 'dashboards')
const width = 1_400
/** A page of documentation must load quickly. */
const mostBytes = 300_000
/** As long as all servers take to be built from nothing on two busy cores. */
const firstStartMs = 30 * 60_000
/** Rates, objectives and the slower jobs of the traffic have something to show by then. */
const fillingMs = 6 * 60_000

const { values, positionals } = parseArgs({
  options: { from: { type: 'string' }, api: { type: 'string' } },
  allowPositionals: true,
})
const executablePath = await chromiumOnPath()
if (!executablePath) throw new Error('chromium is not on PATH: install Debian’s package chromium')

const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] })
const stack = positionals[0] === undefined && values.api === undefined ? await startStack() : undefined
const address = (stack?.address ?? positionals[0])?.replace(/\/$/, '')
const api = (stack?.api ?? values.api)?.replace(/\/$/, '')
try {
  if (address !== undefined) await takeDashboardPictures(address)
  if (api !== undefined) await takePagePictures(browser, api, (text) => console.log(text))
} finally {
  await browser.close()
  await stack?.stop()
}

async function takeDashboardPictures(address: string): Promise<void> {
  const grafana = await isGrafana(address)
  console.log(`${grafana ? 'Grafana' : 'The console'} at ${address}`)
  await mkdir(folder, { recursive: true })
  for (const dashboard of await loadDashboards()) {
    const { bytes, scale } = await takePicture(browser, address, dashboard, grafana)
    console.log(`${dashboard.uid}.png  ${Math.round(bytes / 1_000)} kB${scale < 1 ? ` at ${scale}` : ''}`)
  }
}

async function startStack(): Promise<{ address: string; api: string; stop: () => Promise<void> }> {
  const place = await ownPlace()
  const launcher = new Launcher(place)
  const stop = async (): Promise<void> => {
    await launcher.stop()
    await place.remove()
  }
  try {
    console.log('starting a stack')
    await launcher.says(/Ctrl-C stops it/, firstStartMs)
    console.log(`waiting ${fillingMs / 60_000} minutes for its traffic`)
    await pause(fillingMs)
    // Grafana, or the console in its place.
    return { address: urlOf(place, 'grafana'), api: urlOf(place, 'api'), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function isGrafana(address: string): Promise<boolean> {
  const response = await fetch(`${address}/api/health`).catch(() => undefined)
  const body = response?.ok ? ((await response.json().catch(() => ({}))) as { database?: string }) : {}
  return body.database !== undefined
}

/** At full size, or as much smaller as keeps the file within its limit. */
async function takePicture(from: Browser, address: string, dashboard: Dashboard, grafana: boolean) {
  let scale = 1
  let bytes = 0
  for (let attempt = 0; attempt < 3; attempt++) {
    const picture = withFewColours(await screenshot(from, address, dashboard, grafana, scale))
    bytes = picture.length
    await writeFile(join(folder, `${dashboard.uid}.png`), picture)
    if (bytes <= mostBytes) break
    // Half the width is a quarter of the pixels.
    scale = Math.max(0.4, Math.floor(scale * Math.sqrt(mostBytes / bytes) * 95) / 100)
  }
  return { bytes, scale }
}

async function screenshot(
  from: Browser,
  address: string,
  { uid, panels = [] }: Dashboard,
  grafana: boolean,
  scale: number,
) {
  const context = await from.newContext({ viewport: { width, height: 1_000 }, deviceScaleFactor: scale })
  const page = await context.newPage()
  try {
    const query = new URLSearchParams({ refresh: '', ...(values.from && { from: values.from, to: 'now' }) })
    await page.goto(`${address}/d/${uid}?${query}${grafana ? '&kiosk' : ''}`)
    await (grafana ? settledGrafana(page, panels) : settledConsole(page))
    return await page.screenshot({ animations: 'disabled' })
  } finally {
    await context.close()
  }
}

/** As high as the page is, since only panels in view are asked for; then until each has its answer. */
async function settledConsole(page: Page): Promise<void> {
  const height = await page
    .locator('body')
    .evaluate((body) => (body as unknown as { scrollHeight: number }).scrollHeight)
  await page.setViewportSize({ width, height: height + 8 })
  const loading = page.locator('p.note', { hasText: /^loading$/ })
  await until(async () => (await loading.count()) === 0, 90_000)
  // Annotations come last, and curves are drawn a moment after they came.
  await page.waitForLoadState('networkidle')
  await pause(500)
}

async function settledGrafana(page: Page, panels: readonly Panel[]): Promise<void> {
  const rows = Math.max(...panels.map(({ gridPos }) => (gridPos?.y ?? 0) + (gridPos?.h ?? 0)))
  await page.setViewportSize({ width, height: rows * 38 + 200 })
  await page.waitForLoadState('networkidle')
  const loading = page.locator('[aria-label="Panel loading bar"], [data-testid="data-testid Panel loading bar"]')
  await until(async () => (await loading.count()) === 0, 60_000)
  await pause(1_500)
}

/** What is not there in time is left out of the picture. */
async function until(condition: () => Promise<boolean>, withinMs: number): Promise<void> {
  const deadline = Date.now() + withinMs
  while (!(await condition()) && Date.now() < deadline) await pause(200)
}
