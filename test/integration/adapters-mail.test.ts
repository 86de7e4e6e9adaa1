import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { brisk, type Clients, failureOf, faultsOf, startClients } from './adapters/outside.ts'
import { startSandbox, type TestSandbox } from './crm/processes.ts'

let sandbox: TestSandbox
let faults: ReturnType<typeof faultsOf>
let clients: Clients
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

/** The same clients with a short limit, for a server that is silent. */
const hurry = async (): Promise<void> => {
  await clients.end()
  clients = startClients(sandbox, { policy: { ...brisk, limitMs: 400 } })
}

const mail = (to: string) => ({ messageId: `<${to}>`, to, subject: 'Visit', text: 'On my way.' })
const counted = (status: string) => clients.counted('adapter_requests_total', { adapter_type: 'smtp', status })

test('each arrives, bounces or is deferred, by its address', async () => {
  const { mailer } = clients.outside
  expect(await clients.outside.reachable('smtp', 2_000)).toBe(true)
  const outcomes = await Promise.all(
    ['ida@holm.example', 'bounce@holm.example', 'later@holm.example'].map((to) => mailer.send(mail(to))),
  )
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(['delivered', 'bounced', 'deferred'])
  const received = await (await fetch(`${sandbox.url}/mailbox.json`)).text()
  expect(received).toContain('ida@holm.example')
  expect(received).not.toContain('bounce@holm.example')
  expect(await counted('error')).toBe(0)
})

test.each([
  [{ status: 554 }, 'bounced'],
  [{ status: 452 }, 'deferred'],
] as const)('a server that refuses everything with %o', async (fault, outcome) => {
  await faults.set('smtp', fault)
  expect(await clients.outside.mailer.send(mail('ida@holm.example'))).toEqual({ outcome })
  await faults.clear()
  expect(await clients.outside.mailer.send(mail('ida@holm.example'))).toEqual({ outcome: 'delivered' })
})

test.each([
  [{ refuse: true }, 'dependency_unavailable'],
  [{ delayMs: 120_000 }, 'timeout'],
] as const)('a server with %o fails the call once, and takes mail again afterwards', async (fault, reason) => {
  if ('delayMs' in fault) await hurry()
  await faults.set('smtp', fault)
  const failure = await failureOf(clients.outside.mailer.send(mail('ida@holm.example')))
  expect(failure).toMatchObject({ provider: 'smtp', reason, retryable: true })
  expect(await clients.counted('adapter_connection_failures_total', { adapter_type: 'smtp' })).toBe(1)
  await faults.clear()
  expect(await clients.outside.mailer.send(mail('ida@holm.example'))).toEqual({ outcome: 'delivered' })
})
