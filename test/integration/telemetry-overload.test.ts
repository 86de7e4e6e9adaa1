import { createServer, type ServerResponse } from 'node:http'
import { expect, it } from 'vitest'
import { freePort, until } from './telemetry/harness.ts'
import { observedPrograms } from './telemetry/observed-programs.ts'
import { Receiver } from './telemetry/receiver.ts'

const { using, start, scrape } = observedPrograms()

it('ordinary requests are given up before those that fail, and each span is acknowledged or counted', async () => {
  const [port, metricsPort] = [await freePort(), await freePort()]
  const program = await start({
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
    OTEL_EXPORTER_PROMETHEUS_PORT: String(metricsPort),
    OTEL_BSP_MAX_QUEUE_SIZE: '60',
    OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '60',
    // Nothing is sent, and so given up, before the collector is there.
    OTEL_BSP_SCHEDULE_DELAY: '60000',
    LOG_LEVEL: 'error',
  })
  const ask = async (path: string) => (await fetch(program.url + path)).arrayBuffer()
  // Two spans each: the first 15 take the half of the queue that is theirs.
  for (let i = 0; i < 40; i++) await ask('/api/contacts/1')
  for (let i = 0; i < 20; i++) await ask('/api/throws')
  const counted = async (): Promise<number> =>
    Number(/^telemetry_dropped_total\{signal="traces"\} (\d+)$/m.exec(await scrape(metricsPort))?.[1])
  expect(await counted()).toBe(50)
  const receiver = using(new Receiver())
  await receiver.start(port)
  expect((await program.stop()).code).toBe(0)
  expect(receiver.spans.filter(({ name }) => name === 'GET /api/contacts/:id')).toHaveLength(15)
  expect(receiver.spans.filter(({ name }) => name === 'GET /api/throws')).toHaveLength(20)
  expect(receiver.spans).toHaveLength(50)
}, 30_000)

it.each([
  ['hangs', () => {}],
  ['answers 503', (_: unknown, response: ServerResponse) => void response.writeHead(503).end()],
] as const)(
  'a collector that %s: no request waits for it, and what it does not take is counted',
  async (_, answer) => {
    const collector = createServer(answer)
    await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve))
    using({
      stop: async () => {
        collector.closeAllConnections()
        collector.close()
      },
    })
    const { port } = collector.address() as { port: number }
    const metricsPort = await freePort()
    const program = await start({
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
      OTEL_EXPORTER_PROMETHEUS_PORT: String(metricsPort),
      OTEL_BSP_MAX_QUEUE_SIZE: '50',
      OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '50',
      OTEL_BSP_SCHEDULE_DELAY: '100',
      OTEL_EXPORTER_OTLP_TIMEOUT: '1000',
      LOG_LEVEL: 'error',
    })
    for (let i = 0; i < 100; i++) expect((await fetch(`${program.url}/api/contacts/1`)).status).toBe(200)
    // Two spans each; all but what the last batches still hold.
    const dropped = await until(async () => {
      const count = /^telemetry_dropped_total\{signal="traces"\} (\d+)$/m.exec(await scrape(metricsPort))?.[1]
      return Number(count) > 130 && Number(count)
    })
    expect(dropped).toBeLessThanOrEqual(200)
    expect(await scrape(metricsPort)).toContain('telemetry_exported_total{signal="traces"} 0')
  },
  30_000,
)
