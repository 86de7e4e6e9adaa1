import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isFree, wantedPorts } from '../../stack/launch/free-ports.ts'
import type { Place } from '../../stack/place.ts'
import { urlOf } from '../../stack/ports.ts'
import { Launcher, leftRunning, ownPlace, runScript } from './launcher.ts'

/** As long as all servers take to be built from nothing on two busy cores. */
const firstStartMs = 30 * 60_000

describe('npm start', { timeout: firstStartMs }, () => {
  let place: Place & { remove: () => Promise<void> }
  let launcher: Launcher

  beforeAll(async () => {
    place = await ownPlace()
    launcher = new Launcher(place, ['--no-load'])
    await launcher.says(/^CRM answers at .* after/m, 90_000)
    await launcher.says(/Ctrl-C stops it/, firstStartMs)
  }, firstStartMs)
  afterAll(async () => {
    await launcher?.stop()
    await place?.remove()
  }, 30_000)

  test('shows each service with its state, address and memory', () => {
    for (const title of ['PostgreSQL', 'Sandbox', 'CRM', 'CRM worker', 'CRM for models', 'Console']) {
      expect(launcher.output).toMatch(new RegExp(`^${title} +ready +.*127\\.0\\.0\\.1:\\d+ +\\d+ MB`, 'm'))
    }
    for (const title of ['OpenTelemetry Collector', 'Prometheus', 'Alertmanager', 'node_exporter', 'Loki']) {
      expect(launcher.output).toMatch(
        new RegExp(`^${title} +ready +\\d+\\.\\d+\\.\\d+ +http://127\\.0\\.0\\.1:\\d+ +\\d+ MB`, 'm'),
      )
    }
    expect(launcher.output).toContain(`${urlOf(place, 'api')}/api/auth/login?login_hint=admin@crm.example`)
    expect(launcher.output).not.toMatch(/^Traffic/m)
  })

  test.for([
    ['api', '/health/ready'],
    ['prometheus', '/-/ready'],
    ['alertmanager', '/-/ready'],
    ['loki', '/ready'],
    ['otelcol', '/'],
    ['sandbox', '/inbox'],
  ] as const)('%s answers', async ([name, path]) => {
    expect((await fetch(urlOf(place, name) + path)).status).toBe(200)
  })

  test('Prometheus scrapes every server of the stack', async () => {
    await expect
      .poll(
        async () => {
          const response = await fetch(`${urlOf(place, 'prometheus')}/api/v1/targets?state=active`)
          const { data } = (await response.json()) as {
            data: { activeTargets: { labels: { job: string }; health: string }[] }
          }
          return data.activeTargets.map(({ labels, health }) => `${labels.job} ${health}`).sort()
        },
        { timeout: 20_000 },
      )
      .toEqual(expect.arrayContaining(['alertmanager up', 'loki up', 'node up', 'otel-collector up', 'prometheus up']))
  })

  test('a second start says where the first one is', async () => {
    const { code, output } = await runScript(place, ['main.ts'])
    expect(output).toMatch(/^Already running since \S+, pid \d+: open http:\/\/127\.0\.0\.1:\d+/)
    expect(output).toContain(`pid ${launcher.child.pid}`)
    expect(code).toBe(1)
  })

  test('reset refuses while it runs', async () => {
    const { code, output } = await runScript(place, ['reset.ts'])
    expect(output).toContain('stop it first')
    expect(code).toBe(1)
  })

  test('a service stopped by hand stays stopped until it is started again', async () => {
    expect((await runScript(place, ['control.ts', 'stop', 'sandbox'])).output).toMatch(/^sandbox +stopped/)
    await expect(fetch(`${urlOf(place, 'sandbox')}/inbox`)).rejects.toThrow('fetch failed')
    expect((await runScript(place, ['control.ts', 'status'])).output).toMatch(/^sandbox +stopped/m)
    expect((await runScript(place, ['control.ts', 'start', 'sandbox'])).output).toMatch(/^sandbox +ready/)
    expect((await fetch(`${urlOf(place, 'sandbox')}/inbox`)).status).toBe(200)
    expect(launcher.output).toMatch(
      /^Sandbox was stopped by hand\..*npm run service -- start sandbox\nSandbox is started by hand\.\nSandbox is ready after \d+ s\.$/m,
    )
    const unknown = await runScript(place, ['control.ts', 'stop', 'mysql'])
    expect(unknown).toEqual({ code: 1, output: expect.stringContaining('There is no service "mysql"') })
  })

  test('a crash is shown and the service is started again', async () => {
    const status = (await runScript(place, ['control.ts', 'status'])).output
    expect(status).toMatch(/^worker +ready/m)
    const { services } = await import('../../stack/launch/state.ts').then(
      ({ readState }) => readState(place.run) ?? { services: [] },
    )
    const worker = services.find(({ name }) => name === 'worker')?.process
    process.kill(worker?.pid ?? 0, 'SIGKILL')
    await launcher.says(/CRM worker was ended by SIGKILL; again in 0\.5 s\./, 5_000)
    await launcher.says(/ended by SIGKILL[\s\S]*CRM worker is ready/, 30_000)
  })

  test('SIGTERM stops everything within 10 s and leaves nothing running', async () => {
    expect(leftRunning(place).length).toBeGreaterThan(5)
    const { code, tookMs } = await launcher.stop('SIGTERM')
    expect(code).toBe(0)
    expect(tookMs).toBeLessThan(10_000)
    expect(leftRunning(place)).toEqual([])
    for (const { port } of wantedPorts(place)) expect(await isFree(port)).toBe(true)
  })

  test('a later start has everything ready within 20 s, and reset then removes the data', async () => {
    const start = Date.now()
    launcher = new Launcher(place, ['--no-load'])
    await launcher.says(/Ctrl-C stops it/, 60_000)
    expect(Date.now() - start).toBeLessThan(20_000)
    expect((await launcher.stop('SIGINT')).code).toBe(0)
    expect(leftRunning(place)).toEqual([])
    const { code, output } = await runScript(place, ['reset.ts'])
    expect(output).toContain(`Removed the data in ${place.data}`)
    expect(code).toBe(0)
  })
})
