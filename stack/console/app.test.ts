import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { bootId, processId } from '../launch/processes.ts'
import { writeState } from '../launch/state.ts'
import { createConsole } from './app.ts'
import { renderMarkdown } from './markdown.ts'

const data = mkdtempSync(join(tmpdir(), 'console-'))
const place = { offset: 0, data, run: join(data, 'run') }
mkdirSync(place.run)
afterAll(() => rmSync(data, { recursive: true }))

const app = createConsole(place)
const get = (path: string, init: RequestInit = {}) =>
  app.request(path, { ...init, headers: { host: '127.0.0.1:3001', ...init.headers } })

test('without a running stack the page says how to start one', async () => {
  expect(await (await get('/')).text()).toContain('npm start')
})

test('the services of the running stack, with their state, as text', async () => {
  const status = { since: '', version: '3.7.8', process: processId(process.pid) }
  writeState(place.run, {
    launcher: processId(process.pid),
    bootId: bootId(),
    startedAt: '2026-11-21T12:00:00.000Z',
    offset: 0,
    services: [{ ...status, name: 'loki', state: 'restarting', detail: '<b>exited</b>' }],
  })
  const page = await (await get('/')).text()
  expect(page).toContain('<span class="state restarting">restarting</span>')
  expect(page).toContain('&lt;b&gt;exited&lt;/b&gt;')
  expect(page).toContain('3.7.8')
})

test('a dashboard under Grafana’s path and parameters', async () => {
  const response = await get('/d/system-overview?from=now-15m&to=now&var-job=api&refresh=5s')
  const page = await response.text()
  expect(response.status).toBe(200)
  expect(page).toContain('data-dashboard="system-overview" data-refresh="5s"')
  expect(page).toContain('<summary>Last 15 minutes</summary>')
  expect(page).toContain('<input type="checkbox" name="var-job" value="api" checked> api')
  expect(page).toContain('<option value="5s" selected>5s</option>')
  expect((await get('/d/system-overview/some-title?from=now-5m')).headers.get('location')).toBe(
    '/d/system-overview?from=now-5m',
  )
})

test('what stands in an address is never markup', async () => {
  const attack = encodeURIComponent('"><script>alert(1)</script>')
  const page = await (await get(`/d/system-overview?var-job=${attack}&from=${attack}&refresh=${attack}`)).text()
  expect(page).not.toContain('<script>alert')
})

test('a panel whose source does not run says so', async () => {
  const id = /data-panel="\{&quot;id&quot;:(\d+)/.exec(await (await get('/d/system-overview')).text())?.[1]
  const response = await get(`/d/system-overview/panels/${id}?from=now-5m`)
  const body = (await response.json()) as { failures: unknown[] }
  expect(body.failures).toEqual([expect.objectContaining({ kind: 'unavailable' })])
})

test.for([
  '/d/nothing',
  '/d/system-overview/panels/9999',
  '/d/system-overview/panels/x',
  '/runbooks/nothing',
  '/runbooks/..%2f..%2fREADME',
  '/assets/..%2fapp.ts',
  '/assets/constructor',
  '/assets/shared/units.test.ts',
  '/trace/x',
  '/x',
])('%s is not found', async (path) => expect((await get(path)).status).toBe(404))

test.for([
  'style.css',
  'panels.css',
  'page.js',
  'dashboard.js',
  'explore.js',
  'trace.js',
  'series.js',
  'shared/units.ts',
  'uplot.js',
  'uplot.css',
])('%s is served', async (name) => {
  const response = await get(`/assets/${name}`)
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toMatch(name.endsWith('.css') ? /css/ : /javascript/)
})

test('nothing runs but our own scripts, and nobody else may frame or call it', async () => {
  const response = await get('/')
  const policy = response.headers.get('content-security-policy')
  expect(policy).toContain("default-src 'none'")
  expect(policy).toContain("script-src 'self'")
  expect(policy).toContain("frame-ancestors 'none'")
  expect((await get('/', { method: 'POST' })).status).toBe(405)
  expect((await get('/', { headers: { host: 'evil.example' } })).status).toBe(403)
})

test('a runbook is text: no markup, no address that runs', () => {
  const html = renderMarkdown(
    '# T\n<img src=x onerror=alert(1)> [a](javascript:alert(1)) [b](https://b.example) [c](other.md)',
  )
  expect(html).not.toMatch(/<img|javascript:/)
  expect(html).toContain('<a href="https://b.example">b</a>')
  expect(html).toContain('<a href="/runbooks/other">c</a>')
})
