import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { open } from 'node:fs/promises'
import { root } from '../../../stack/place.ts'
import { freePort, until } from '../../integration/telemetry/harness.ts'
import type { Ask, Usage } from './probe.ts'

export interface BenchService {
  readonly url: string
  readonly pid: number
  readonly usage: () => Promise<Usage>
  /** Profiles its JavaScript until the returned function is called with the file to write. */
  readonly profile: () => Promise<(file: string) => Promise<Usage>>
  readonly stop: () => Promise<void>
}

/** @param logFile where its stdout goes, as in production to a file */
export const startBenchService = async (env: Record<string, string>, logFile: string): Promise<BenchService> => {
  const port = await freePort()
  const output = await open(logFile, 'w')
  const imports = ['./app/telemetry/preload.ts', './test/bench/kit/probe.ts'].flatMap((file) => ['--import', file])
  const child = spawn(process.execPath, [...imports, 'app/main.ts'], {
    cwd: root,
    env: { PATH: process.env.PATH ?? '', HOST: '127.0.0.1', PORT: String(port), LOG_LEVEL: 'info', ...env },
    stdio: ['ignore', output.fd, output.fd, 'ipc'],
  })
  await output.close()
  const ended = once(child, 'exit')
  const url = `http://127.0.0.1:${port}`
  await until(async () => {
    if (child.exitCode !== null) throw new Error(`the service ended with ${child.exitCode}; see ${logFile}`)
    return await fetch(`${url}/health/ready`).then(
      ({ ok }) => ok,
      () => false,
    )
  }, 60_000)
  const ask = async (message: Ask): Promise<Usage> => {
    child.send(message)
    const [answer] = await once(child, 'message')
    return answer
  }
  return {
    url,
    pid: child.pid ?? 0,
    usage: () => ask({ ask: 'usage' }),
    profile: async () => {
      await ask({ ask: 'profile' })
      return (file) => ask({ ask: 'stop', file })
    },
    stop: async () => {
      child.kill('SIGTERM')
      await ended
    },
  }
}
