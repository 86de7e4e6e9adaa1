import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { openSender } from './exporters.ts'

/** What the collector answers with. */
let answer: { readonly status: number; readonly body: Uint8Array }
const server = createServer((request, response) => {
  request.resume().on('end', () => response.writeHead(answer.status).end(answer.body))
})

beforeEach(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})
afterEach(() => {
  vi.unstubAllEnvs()
  server.closeAllConnections()
  server.close()
})

const batch = { resource: resourceFromAttributes({}), scopes: [], count: 5 }

/** Field 1 of the response, partial success, with its field 1, what was rejected. */
const rejecting = (count: number) => Uint8Array.of(0x0a, 2, 0x08, count)

it.each(['TRACES', 'LOGS'] as const)(
  '%s: what the collector rejects of a batch is told, each time anew',
  async (signal) => {
    const sender = openSender(signal, 4)
    answer = { status: 200, body: rejecting(2) }
    expect(await sender.send(batch)).toEqual({ lost: 2 })
    answer = { status: 200, body: new Uint8Array() }
    expect(await sender.send(batch)).toEqual({ lost: 0 })
    answer = { status: 200, body: rejecting(100) }
    expect(await sender.send(batch)).toEqual({ lost: 5 })
    answer = { status: 400, body: new Uint8Array() }
    expect(await sender.send(batch)).toMatchObject({ lost: 5, error: expect.any(Error) })
    await sender.shutdown()
  },
)
