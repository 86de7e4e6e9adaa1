import { expect, test } from 'vitest'
import { failureOf, useSandbox } from './adapters/outside.ts'

const given = useSandbox(400)

const mail = (to: string) => ({ messageId: `<${to}>`, to, subject: 'Visit', text: 'On my way.' })
const counted = (status: string) => given.clients.counted('adapter_requests_total', { adapter_type: 'smtp', status })

test('each arrives, bounces or is deferred, by its address', async () => {
  const { mailer } = given.clients.outside
  expect(await given.clients.outside.reachable('smtp', 2_000)).toBe(true)
  const outcomes = await Promise.all(
    ['ida@holm.example', 'bounce@holm.example', 'later@holm.example'].map((to) => mailer.send(mail(to))),
  )
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(['delivered', 'bounced', 'deferred'])
  const received = await (await fetch(`${given.sandbox.url}/mailbox.json`)).text()
  expect(received).toContain('ida@holm.example')
  expect(received).not.toContain('bounce@holm.example')
  expect(await counted('error')).toBe(0)
})

test.each([
  [{ status: 554 }, 'bounced'],
  [{ status: 452 }, 'deferred'],
] as const)('a server that refuses everything with %o', async (fault, outcome) => {
  await given.faults.set('smtp', fault)
  expect(await given.clients.outside.mailer.send(mail('ida@holm.example'))).toEqual({ outcome })
  await given.faults.clear()
  expect(await given.clients.outside.mailer.send(mail('ida@holm.example'))).toEqual({ outcome: 'delivered' })
})

test.each([
  [{ refuse: true }, 'dependency_unavailable'],
  [{ delayMs: 120_000 }, 'timeout'],
] as const)('a server with %o fails the call once, and takes mail again afterwards', async (fault, reason) => {
  if ('delayMs' in fault) await given.hurry()
  await given.faults.set('smtp', fault)
  const failure = await failureOf(given.clients.outside.mailer.send(mail('ida@holm.example')))
  expect(failure).toMatchObject({ provider: 'smtp', reason, retryable: true })
  expect(await given.clients.counted('adapter_connection_failures_total', { adapter_type: 'smtp' })).toBe(1)
  await given.faults.clear()
  expect(await given.clients.outside.mailer.send(mail('ida@holm.example'))).toEqual({ outcome: 'delivered' })
})
