import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer, type Server } from 'node:net'
import { metrics as otel } from '@opentelemetry/api'
import { SMTPServer } from 'smtp-server'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { withRequestContext } from '../telemetry/logger.ts'
import { startTestMetrics } from '../telemetry/test-metrics.ts'
import { createMailer } from './mailer.ts'
import { AdapterError } from './outside.ts'

// Only what goes wrong is worth reading between test results.
process.env.LOG_LEVEL ??= 'error'

let read: ReturnType<typeof startTestMetrics>
const closing: (() => Promise<void> | void)[] = []
beforeEach(() => {
  read = startTestMetrics()
})
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
  otel.disable()
})

const mailerAt = (port: number) => {
  const client = createMailer(
    { url: `smtp://127.0.0.1:${port}`, from: 'crm@crm.example' },
    { missing: [], policy: { limitMs: 500 } },
  )
  closing.push(() => client.adapter.close())
  return client
}

/** Refuses `bounce@` for good and `later@` for now. */
const startServer = async () => {
  const received: string[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onRcptTo: ({ address }, _session, done) => {
      const code = { 'bounce@': 550, 'later@': 451, 'closing@': 421 }[address.replace(/@.*/, '@')]
      done(code === undefined ? null : Object.assign(new Error('no'), { responseCode: code }))
    },
    onData: (stream, _session, done) => {
      let text = ''
      stream.setEncoding('utf8').on('data', (part: string) => {
        text += part
      })
      stream.on('end', () => {
        received.push(text)
        done(null)
      })
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => new Promise<void>((resolve) => server.close(() => resolve())))
  return { received, port: (server.server.address() as AddressInfo).port }
}

const mail = (to: string) => ({ messageId: `<1.${to}>`, to, subject: 'Visit', text: 'On my way.' })

const counted = async (status: string): Promise<unknown> =>
  (await read('adapter_requests_total')).find(
    ({ attributes }) => attributes.entity === 'mail' && attributes.status === status,
  )?.value

const failureOf = async (call: Promise<unknown>): Promise<AdapterError> => {
  const thrown = await call.then(
    () => undefined,
    (error: unknown) => error,
  )
  if (!(thrown instanceof AdapterError)) throw new Error(`expected an AdapterError, not ${thrown}`)
  return thrown
}

test('a mail arrives with its id and the correlation id', async () => {
  const { received, port } = await startServer()
  const { api } = mailerAt(port)
  await withRequestContext({ correlationId: 'request-1' }, () => api.send(mail('ida@holm.example')))
  expect(received).toHaveLength(1)
  expect(received[0]).toContain('Message-ID: <1.ida@holm.example>')
  expect(received[0]).toContain('X-Correlation-ID: request-1')
  expect(await counted('success')).toBe(1)
})

test('a refusal for good is a bounce, one for now is deferred: answers, and no failures', async () => {
  const { port } = await startServer()
  const { api } = mailerAt(port)
  expect(await api.send(mail('bounce@holm.example'))).toEqual({ outcome: 'bounced' })
  expect(await api.send(mail('later@holm.example'))).toEqual({ outcome: 'deferred' })
  expect(await api.send(mail('ida@holm.example'))).toEqual({ outcome: 'delivered' })
  expect(await counted('success')).toBe(3)
  expect(await counted('error')).toBe(0)
})

test('a server that is about to go is a failure', async () => {
  const { port } = await startServer()
  expect(await failureOf(mailerAt(port).api.send(mail('closing@holm.example')))).toMatchObject({
    reason: 'dependency_unavailable',
    status: 421,
  })
  expect(await counted('error')).toBe(1)
})

test('nobody listens: a failure at once, and no second try', async () => {
  const { api, probe } = mailerAt(1)
  const failure = await failureOf(api.send(mail('ida@holm.example')))
  expect(failure).toMatchObject({ provider: 'smtp', reason: 'dependency_unavailable', retryable: true })
  expect(failure.message).not.toContain('ida')
  expect(await counted('error')).toBe(1)
  await expect(probe(500)).rejects.toThrow(AdapterError)
})

test('silence ends at the limit', async () => {
  const server: Server = createServer(() => {}).listen(0, '127.0.0.1')
  await once(server, 'listening')
  closing.push(() => {
    server.close()
  })
  const { api, probe } = mailerAt((server.address() as AddressInfo).port)
  const startedAt = performance.now()
  expect(await failureOf(api.send(mail('ida@holm.example')))).toMatchObject({ reason: 'timeout' })
  await expect(probe(100)).rejects.toThrow('smtp.ping: did not answer in time')
  expect(performance.now() - startedAt).toBeLessThan(1_500)
})

test('a probe of a server that is well', async () => {
  const { port } = await startServer()
  await expect(mailerAt(port).probe(500)).resolves.toBeUndefined()
})
