import { metrics as otel } from '@opentelemetry/api'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { createOutside, type OutsideOptions } from '../../../app/adapters/create.ts'
import { AdapterError, type Outside } from '../../../app/adapters/outside.ts'
import { readConfig } from '../../../app/config.ts'
import { type Point, startTestMetrics } from '../../../app/telemetry/test-metrics.ts'
import { sandboxEnvironment, startSandbox, type TestSandbox } from '../crm/processes.ts'

// Only what goes wrong is worth reading between test results.
process.env.LOG_LEVEL ??= 'error'

/** Pauses are short, so that a test is; the limit is not, so that a busy machine is no fault. */
const brisk = {
  limitMs: 3_000,
  retries: 2,
  firstDelayMs: 10,
  longestDelayMs: 20,
  breakerFirstMs: 100,
  breakerLongestMs: 100,
} as const

/** The clients over a sandbox, and what they count. */
export interface Clients {
  readonly outside: Outside
  /** The sum of a counter's series, or a gauge's value, over those with these labels. */
  readonly counted: (name: string, labels?: Record<string, string>) => Promise<number>
  readonly end: () => Promise<void>
}

export const startClients = (
  sandbox: { readonly url: string; readonly smtpUrl?: string },
  options: OutsideOptions = {},
): Clients => {
  const read = startTestMetrics()
  const { smtpUrl = 'smtp://127.0.0.1:1' } = sandbox
  const config = readConfig({ APP_ENV: 'test', ...sandboxEnvironment(sandbox.url), SMTP_URL: smtpUrl })
  const outside = createOutside(config.outside, { policy: brisk, ...options })
  return {
    outside,
    counted: async (name, labels = {}) => {
      const points = (await read(name)).filter(({ attributes }: Point) =>
        Object.entries(labels).every(([label, value]) => attributes[label] === value),
      )
      if (points.length === 0) throw new Error(`${name} has no series with ${JSON.stringify(labels)}`)
      return points.reduce((sum, { value }) => sum + numberOf(value), 0)
    },
    end: async () => {
      await outside.close()
      otel.disable()
    },
  }
}

/** Of a histogram, how many were measured. */
const numberOf = (value: unknown): number =>
  typeof value === 'number' ? value : (value as { readonly count: number }).count

/** The fault switches of a sandbox: `setFault('gmail', { status: 503 })`. */
export const faultsOf = (url: string) => ({
  set: async (provider: string, fault: object): Promise<void> => {
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(`${url}/faults/${provider}`, { method: 'PUT', headers, body: JSON.stringify(fault) })
    if (!answer.ok) throw new Error(`the sandbox refused a fault: ${await answer.text()}`)
  },
  clear: async (): Promise<void> => {
    await fetch(`${url}/faults`, { method: 'DELETE' })
  },
})

/** What tests of a file with `useSandbox` have. */
export interface Given {
  readonly sandbox: TestSandbox
  /** Over with the test. */
  readonly faults: ReturnType<typeof faultsOf>
  /** New ones for each test. */
  readonly clients: Clients
  /** The same clients with a short limit, for those that are silent. */
  readonly hurry: () => Promise<void>
}

/** A sandbox for all tests of a file. @param hurriedMs the limit after `hurry`, in milliseconds */
export const useSandbox = (hurriedMs: number): Given => {
  let sandbox: TestSandbox
  let clients: Clients
  let faults: Given['faults']
  beforeAll(async () => {
    sandbox = await startSandbox()
    faults = faultsOf(sandbox.url)
  })
  afterAll(() => sandbox.stop())
  beforeEach(() => {
    clients = startClients(sandbox)
  })
  afterEach(async () => {
    await clients.end()
    await faults.clear()
  })
  return {
    get sandbox() {
      return sandbox
    },
    get faults() {
      return faults
    },
    get clients() {
      return clients
    },
    hurry: async () => {
      await clients.end()
      clients = startClients(sandbox, { policy: { ...brisk, limitMs: hurriedMs } })
    },
  }
}

/** What a call fails with. @throws when it does not, or with something else */
export const failureOf = async (call: Promise<unknown>): Promise<AdapterError> => {
  const thrown = await call.then(
    () => undefined,
    (error: unknown) => error,
  )
  if (thrown instanceof AdapterError) return thrown
  throw new Error(`expected an AdapterError, not ${thrown}`)
}
