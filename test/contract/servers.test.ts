import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, type TestContext, test } from 'vitest'
import { ensureServer } from '../../stack/launch/server-build.ts'
import { type BinaryName, type ServerName, servers } from '../../stack/servers/servers.ts'

const root = resolve(import.meta.dirname, '../..')

/** Where a server is told to keep its files, in case that looking at its configuration already creates them. */
let data: string
/** All servers were built from nothing in 13 min on two busy cores. */
const buildTimeoutMs = 30 * 60_000

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'servers-'))
})
afterAll(() => rm(data, { recursive: true, force: true }))

/** The server's binary; where it cannot be had the test says so and is left out. */
async function binary<N extends ServerName>(context: TestContext, server: N, name: BinaryName<N>): Promise<string> {
  const found = await ensureServer(server)
  if (found.state === 'missing') return context.skip(found.reason)
  return found.binaries[name]
}

/** Runs a check in the checkout; its whole output stands in the failure. */
function check(file: string, args: string[], env: Record<string, string> = {}): void {
  const result = spawnSync(file, args, { cwd: root, encoding: 'utf8', env: { ...process.env, ...env } })
  expect(result.status, `${file} ${args.join(' ')}\n${result.stdout}${result.stderr}`).toBe(0)
}

describe('each server accepts its configuration', { timeout: buildTimeoutMs }, () => {
  test('the collector, without and with a Tempo', async (context) => {
    const otelcol = await binary(context, 'otelcol', 'otelcol')
    check(otelcol, ['validate', '--config', 'otel-collector.yaml'])
    check(otelcol, ['validate', '--config', 'otel-collector.yaml', '--config', 'stack/servers/otelcol/tempo.yaml'])
  })

  test('Prometheus', async (context) => {
    const promtool = await binary(context, 'prometheus', 'promtool')
    check(promtool, ['check', 'config', 'prometheus.yml'], { RUNBOOK_BASE: 'http://a', DASHBOARD_BASE: 'http://b' })
  })

  test('Loki', async (context) => {
    const loki = await binary(context, 'loki', 'loki')
    const args = ['-config.file=stack/servers/loki/loki.yaml', '-config.expand-env=true', '-verify-config']
    check(loki, args, { LOKI_DATA: data })
  })

  test('Tempo', async (context) => {
    const tempo = await binary(context, 'tempo', 'tempo')
    const args = ['-target=all', '-config.file=stack/servers/tempo/tempo.yaml', '-config.expand-env=true']
    check(tempo, [...args, '-config.verify=true'], { TEMPO_DATA: data })
  })
})

describe('each server is built in the version that the table states', { timeout: buildTimeoutMs }, () => {
  test.for(['otelcol', 'prometheus', 'alertmanager', 'node-exporter', 'loki'] as const)('%s', async (name, context) => {
    const found = await ensureServer(name)
    if (found.state === 'missing') return context.skip(found.reason)
    // One from PATH may be another, within the stated range.
    const expected = found.origin === 'path' ? found.version : servers[name].version
    for (const file of Object.values<string>(found.binaries)) {
      const { stdout, stderr } = spawnSync(file, [...servers[name].versionArgs], { encoding: 'utf8' })
      expect(`${stdout}${stderr}`).toContain(expected)
    }
  })
})
