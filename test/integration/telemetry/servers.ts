/** Prometheus and Alertmanager themselves, with as little configuration as a test needs. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { vi } from 'vitest'
import { ensureServer } from '../../../stack/launch/server-build.ts'
import { freePort } from './harness.ts'

export interface TestServer {
  readonly url: string
  readonly stop: () => Promise<void>
}

interface Started extends TestServer {
  readonly child: ChildProcess
}

const start = async (
  name: 'prometheus' | 'alertmanager',
  configuration: string,
  args: (folder: string) => readonly string[],
): Promise<Started | string> => {
  const found = await ensureServer(name)
  if (found.state === 'missing') return found.reason
  const folder = await mkdtemp(join(tmpdir(), `crm-${name}-`))
  const file = join(folder, 'configuration.yaml')
  await writeFile(file, configuration)
  const port = await freePort()
  const flags = [`--config.file=${file}`, `--web.listen-address=127.0.0.1:${port}`, ...args(join(folder, 'data'))]
  const binaries: Readonly<Record<string, string>> = found.binaries
  const child = spawn(binaries[name] ?? '', flags, { stdio: 'ignore' })
  const url = `http://127.0.0.1:${port}`
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM')
      await once(child, 'exit')
    }
    await rm(folder, { recursive: true, force: true })
  }
  const ready = async () => {
    if (!(await fetch(`${url}/-/ready`)).ok) throw new Error(`${name} is not ready`)
  }
  await vi.waitFor(ready, { timeout: 30_000, interval: 100 })
  return { url, child, stop }
}

/** @param exposition what it scrapes, every half second; @returns why it cannot be had, else the server */
export const startPrometheus = async (exposition: string): Promise<TestServer | string> => {
  const scraped = createServer((_, response) => response.setHeader('content-type', 'text/plain').end(exposition))
  scraped.listen(0, '127.0.0.1')
  await once(scraped, 'listening')
  const target = `127.0.0.1:${(scraped.address() as AddressInfo).port}`
  const started = await start(
    'prometheus',
    JSON.stringify({
      global: { scrape_interval: '500ms', scrape_timeout: '400ms' },
      scrape_configs: [{ job_name: 'api', honor_labels: true, static_configs: [{ targets: [target] }] }],
    }),
    (data) => [`--storage.tsdb.path=${data}`],
  )
  if (typeof started === 'string') scraped.close()
  else
    return {
      url: started.url,
      stop: async () => {
        await started.stop()
        scraped.close()
      },
    }
  return started
}

/** It tells nobody. @returns why it cannot be had, else the server */
export const startAlertmanager = (): Promise<TestServer | string> =>
  start('alertmanager', JSON.stringify({ route: { receiver: 'none' }, receivers: [{ name: 'none' }] }), (data) => [
    `--storage.path=${data}`,
    '--cluster.listen-address=',
  ])
