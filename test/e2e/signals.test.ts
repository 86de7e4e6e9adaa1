/**
 * The whole path on real servers, in one running stack: a request's signals are found in the backends, a panel without data
 * fails the verification, every promised name is there, a stopped database wakes somebody, and a stopped collector hurts
 * nobody.
 */
import { spawn } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { badLines } from '../../app/telemetry/log-schema.ts'
import { type Place, root } from '../../stack/place.ts'
import { urlOf } from '../../stack/ports.ts'
import { Launcher, leftRunning, ownPlace, runScript } from './launcher.ts'
import { promises } from './promises/promises.ts'

/** As long as all servers take to be built from nothing on two busy cores. */
const firstStartMs = 30 * 60_000

interface Delivered {
  readonly receivedAt: string
  readonly receiver: string
  readonly status: 'firing' | 'resolved'
  readonly alerts: readonly {
    readonly status: string
    readonly labels: Readonly<Record<string, string>>
    readonly annotations: Readonly<Record<string, string>>
  }[]
}

describe('a running stack', { timeout: 300_000 }, () => {
  let place: Place & { remove: () => Promise<void> }
  let launcher: Launcher

  beforeAll(async () => {
    place = await ownPlace()
    launcher = new Launcher(place)
    await launcher.says(/Ctrl-C stops it/, firstStartMs)
  }, firstStartMs)
  afterAll(async () => {
    await launcher?.stop()
    if (!place) return
    expect(leftRunning(place)).toEqual([])
    for (const name of ['api', 'worker', 'mcp'])
      expect(badLines(await readFile(join(place.run, 'logs', `${name}.log`), 'utf8'))).toEqual([])
    await place.remove()
  }, 30_000)

  /** Runs `npm run verify` against this stack. */
  const verify = async (...args: string[]) => {
    const env = { ...process.env, STACK_PORT_OFFSET: String(place.offset), STACK_DATA_DIR: place.data }
    const child = spawn(process.execPath, ['stack/verify/main.ts', ...args], { cwd: root, env })
    let stdout = ''
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text
    })
    child.stderr.resume()
    const code = await new Promise<number | null>((done) => child.once('close', done))
    return { code, stdout }
  }

  const inbox = async (): Promise<Delivered[]> => (await fetch(`${urlOf(place, 'sandbox')}/inbox.json`)).json() as never

  /** Every notification about this alert that was delivered in the state, newest first. */
  const delivered = async (alertname: string, status: 'firing' | 'resolved') =>
    (await inbox()).filter((one) =>
      one.alerts.some((alert) => alert.status === status && alert.labels.alertname === alertname),
    )

  test('is verified: each panel has data, each rule is healthy, a fresh request is found in each backend', async () => {
    const { code, stdout } = await verify('--json', '--ranges', '--timeout', '180')
    const report = JSON.parse(stdout) as { ok: boolean; results: { group: string; name: string; state: string }[] }
    expect(report.results.filter(({ state }) => state === 'empty' || state === 'error')).toEqual([])
    expect(code).toBe(0)
    const groups = new Set(report.results.map(({ group }) => group))
    expect([...groups].join('; ')).toMatch(/System Overview.*API Performance|API Performance.*System Overview/)
    expect(report.results.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['Database over 15m', 'Database over 24h', 'Database over 30d']),
    )
  })

  test('is not verified with a panel whose query returns nothing, and the report names it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'crm-dashboards-'))
    try {
      await cp(join(root, 'dashboards/generated'), folder, { recursive: true })
      const file = join(folder, 'crm/api-performance.json')
      const broken = (await readFile(file, 'utf8')).replaceAll('http_errors_total', 'http_errors_of_nobody_total')
      await writeFile(file, broken)
      const { code, stdout } = await verify('--dashboards', folder, '--timeout', '0')
      expect(stdout).toContain('http_errors_of_nobody_total')
      expect(code).toBe(1)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })

  describe('keeps every promise', () => promises(() => place))

  test('goes on serving while the collector is away, and is found in the backends again afterwards', async () => {
    await runScript(place, ['control.ts', 'stop', 'otelcol'])
    for (let i = 0; i < 100; i++) {
      const startedAt = performance.now()
      expect((await fetch(`${urlOf(place, 'api')}/health/ready`)).status).toBe(200)
      // Far above what a request takes, far below any time limit of an exporter.
      expect(performance.now() - startedAt).toBeLessThan(1_000)
    }
    expect((await runScript(place, ['control.ts', 'start', 'otelcol'])).output).toMatch(/^otelcol +ready/)
    expect((await verify('--timeout', '120')).code).toBe(0)
  })

  test('delivers DatabaseDown within 75 s of the stop, with links that open, and its resolved notice after the restart', async () => {
    const stoppedAt = Date.now()
    await runScript(place, ['control.ts', 'stop', 'postgres'])
    const api = urlOf(place, 'api')
    await expect.poll(async () => (await fetch(`${api}/health/ready`)).status, { timeout: 10_000 }).toBe(503)
    await expect.poll(() => delivered('DatabaseDown', 'firing'), { timeout: 80_000, interval: 500 }).not.toEqual([])
    const [notice] = await delivered('DatabaseDown', 'firing')
    expect(Date.parse(notice?.receivedAt ?? '') - stoppedAt).toBeLessThan(75_000)
    const alert = notice?.alerts.find(({ labels }) => labels.alertname === 'DatabaseDown')
    for (const link of [alert?.annotations.runbook_url, alert?.annotations.dashboard_url]) {
      const page = await fetch(link ?? '')
      expect(`${link} ${page.status}`).toBe(`${link} 200`)
      expect(page.headers.get('content-type')).toMatch(/^text\/html/)
    }

    expect((await runScript(place, ['control.ts', 'start', 'postgres'])).output).toMatch(/^postgres +ready/)
    await expect.poll(async () => (await fetch(`${api}/health/ready`)).status, { timeout: 30_000 }).toBe(200)
    await expect.poll(() => delivered('DatabaseDown', 'resolved'), { timeout: 90_000, interval: 500 }).not.toEqual([])
  })
})
