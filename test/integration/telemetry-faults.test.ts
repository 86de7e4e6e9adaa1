import { createServer } from 'node:http'
import { describe, expect, it } from 'vitest'
import { freePort, until } from './telemetry/harness.ts'
import { observedPrograms } from './telemetry/observed-programs.ts'
import { Receiver } from './telemetry/receiver.ts'

const { using, start, scrape, database } = observedPrograms()

it('OTEL_SDK_DISABLED=true opens no port, sends nothing, patches nothing, and the service works', async () => {
  const receiver = using(new Receiver())
  const metricsPort = await freePort()
  const program = await start({
    OTEL_SDK_DISABLED: 'true',
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${await receiver.start()}`,
    OTEL_EXPORTER_PROMETHEUS_PORT: String(metricsPort),
  })
  expect((await fetch(`${program.url}/api/contacts/1`)).status).toBe(200)
  expect((await fetch(`${program.url}/api/contacts`, { method: 'POST' })).status).toBe(201)
  await until(() => program.lines().some(({ message }) => message === 'enriching'))
  await expect(scrape(metricsPort)).rejects.toThrow()
  const line = program.lines().find(({ message }) => message === 'contact read')
  expect(line).toMatchObject({ level: 'info', component: 'contacts', metadata: { email: '[email]' } })
  expect(line).not.toHaveProperty('trace_id')
  expect((await program.stop()).code).toBe(0)
  expect(receiver.bodies).toEqual([])
}, 30_000)

it('a stop sends what is queued', async () => {
  const receiver = using(new Receiver())
  const program = await start({
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${await receiver.start()}`,
    OTEL_EXPORTER_PROMETHEUS_PORT: String(await freePort()),
    // Without the flush nothing would leave within the test.
    OTEL_BSP_SCHEDULE_DELAY: '60000',
    OTEL_BLRP_SCHEDULE_DELAY: '60000',
  })
  await fetch(`${program.url}/api/contacts/1`)
  expect(receiver.bodies).toEqual([])
  expect((await program.stop()).code).toBe(0)
  expect(receiver.spans.map(({ name }) => name)).toContain('GET /api/contacts/:id')
  expect(receiver.logs.map(({ body }) => body)).toEqual(expect.arrayContaining(['contact read', 'stopping']))
}, 30_000)

describe('with the collector away', () => {
  it('requests are answered, losses are counted, the log stays quiet, queues stay bounded, a stop is short', async () => {
    const metricsPort = await freePort()
    const program = await start({
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${await freePort()}`,
      OTEL_EXPORTER_PROMETHEUS_PORT: String(metricsPort),
      // Small queues fill within the test; the exporter gives a batch up after 1 s.
      OTEL_BSP_MAX_QUEUE_SIZE: '100',
      OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '50',
      OTEL_BLRP_MAX_QUEUE_SIZE: '100',
      OTEL_BLRP_MAX_EXPORT_BATCH_SIZE: '50',
      OTEL_EXPORTER_OTLP_TIMEOUT: '1000',
      LOG_LEVEL: 'info',
    })
    for (let round = 0; round < 3; round++) {
      // Few at once: its three connections may be waited for one second only.
      for (let ask = 0; ask < 10; ask++)
        await Promise.all(
          Array.from({ length: 10 }, async () =>
            expect((await fetch(`${program.url}/api/contacts/1`)).status).toBe(200),
          ),
        )
      await (await fetch(`${program.url}/api/log-storm`)).text()
    }
    const dropped = await until(async () => {
      const text = await scrape(metricsPort)
      const of = (signal: string): number =>
        Number(new RegExp(`^telemetry_dropped_total\\{signal="${signal}"\\} (\\d+)$`, 'm').exec(text)?.[1])
      return of('traces') > 300 && of('logs') > 2_000 && { traces: of('traces'), logs: of('logs') }
    })
    // 300 requests of two spans each, 3,300 lines.
    expect(dropped.traces).toBeLessThanOrEqual(610)
    expect(dropped.logs).toBeLessThanOrEqual(3_320)
    const said = () => program.lines().filter(({ component }) => component === 'telemetry')
    await until(() => said().some(({ message }) => String(message).startsWith('the collector cannot be reached')))
    const complaints = said()
    expect(complaints.length).toBeLessThan(6)
    // They are nobody's, whichever request started the timer that met them.
    expect(complaints.filter((line) => 'trace_id' in line || 'correlationId' in line)).toEqual([])
    expect(program.output.errors).toBe('')
    const stop = await program.stop()
    expect(stop.code).toBe(0)
    expect(stop.ms).toBeLessThan(6_000)
  }, 60_000)

  it('a stop with full queues sends all of them once the collector is back', async () => {
    const port = await freePort()
    const program = await start({
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
      OTEL_EXPORTER_PROMETHEUS_PORT: String(await freePort()),
      // 40 batches, more than the SDK would send side by side.
      OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '5',
      OTEL_BSP_SCHEDULE_DELAY: '60000',
      OTEL_BLRP_MAX_EXPORT_BATCH_SIZE: '50',
      LOG_LEVEL: 'info',
    })
    for (let i = 0; i < 100; i++) await (await fetch(`${program.url}/api/contacts/1`)).arrayBuffer()
    const receiver = using(new Receiver())
    await receiver.start(port)
    expect((await program.stop()).code).toBe(0)
    expect(receiver.spans.filter(({ name }) => name === 'GET /api/contacts/:id')).toHaveLength(100)
    expect(receiver.logs.filter(({ body }) => body === 'contact read')).toHaveLength(100)
  }, 30_000)

  it('a collector that hangs does not hold the stop longer than 3 s', async () => {
    const hanging = createServer(() => {})
    await new Promise<void>((resolve) => hanging.listen(0, '127.0.0.1', resolve))
    using({
      stop: async () => {
        hanging.closeAllConnections()
        hanging.close()
      },
    })
    const { port } = hanging.address() as { port: number }
    const program = await start({
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
      OTEL_EXPORTER_PROMETHEUS_PORT: String(await freePort()),
    })
    await fetch(`${program.url}/api/contacts/1`)
    const stop = await program.stop()
    expect(stop.code).toBe(0)
    expect(stop.ms).toBeLessThan(6_000)
  }, 30_000)

  it('one that comes later gets what is still queued', async () => {
    const port = await freePort()
    const program = await start({
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
      OTEL_EXPORTER_PROMETHEUS_PORT: String(await freePort()),
    })
    await fetch(`${program.url}/api/contacts/1`)
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    const receiver = using(new Receiver())
    await receiver.start(port)
    await until(() => receiver.spans.some(({ name }) => name === 'GET /api/contacts/:id'))
    await until(() => receiver.logs.some(({ body }) => body === 'contact read'))
  }, 30_000)
})

it('a metrics port that is taken costs one clear line, not the service', async () => {
  const taken = createServer((_, response) => response.end('somebody else'))
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
  using({ stop: async () => void taken.close() })
  const { port } = taken.address() as { port: number }
  const program = await start({
    OTEL_EXPORTER_PROMETHEUS_PORT: String(port),
    OTEL_TRACES_EXPORTER: 'none',
    OTEL_LOGS_EXPORTER: 'none',
  })
  expect((await fetch(`${program.url}/api/contacts/1`)).status).toBe(200)
  const complaints = program.lines().filter(({ message }) => String(message).includes(`:${port}/metrics`))
  expect(complaints).toHaveLength(1)
  expect(complaints[0]).toMatchObject({
    level: 'warn',
    message: `no metrics at http://127.0.0.1:${port}/metrics; set OTEL_EXPORTER_PROMETHEUS_PORT to a free port`,
    metadata: { reason: 'the port is taken by another process' },
  })
  expect((await program.stop()).code).toBe(0)
}, 30_000)

describe('standard variables', () => {
  it('switch exporters, sampling and single instrumentations off, and add resource attributes', async () => {
    const receiver = using(new Receiver())
    const metricsPort = await freePort()
    const program = await start({
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${await receiver.start()}`,
      OTEL_EXPORTER_PROMETHEUS_PORT: String(metricsPort),
      OTEL_LOGS_EXPORTER: 'none',
      OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'pg',
      OTEL_RESOURCE_ATTRIBUTES: 'service.instance.id=host-7,team=crm',
    })
    await fetch(`${program.url}/api/contacts/1`)
    await until(() => receiver.spans.length > 0)
    expect(receiver.spans.map(({ name }) => name)).toEqual(['GET /api/contacts/:id'])
    expect(receiver.spans[0]?.resource).toMatchObject({ 'service.instance.id': 'host-7', team: 'crm' })
    expect(await scrape(metricsPort)).toMatch(/^target_info\{.*service_instance_id="host-7".*team="crm"/m)
    await program.stop()
    expect(receiver.logs).toEqual([])
  }, 30_000)

  it('OTEL_NODE_DISABLED_INSTRUMENTATIONS=http leaves requests without spans', async () => {
    const receiver = using(new Receiver())
    const program = await start({
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${await receiver.start()}`,
      OTEL_EXPORTER_PROMETHEUS_PORT: String(await freePort()),
      OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'http',
    })
    await fetch(`${program.url}/api/contacts/1`)
    await fetch(`${program.url}/api/contacts`, { method: 'POST' })
    await program.stop()
    const names = receiver.spans.map(({ name }) => name)
    expect(names).toContain('validate contact')
    expect(names.filter((name) => /^(GET|POST) /.test(name))).toEqual([])
  }, 30_000)

  it('OTEL_TRACES_SAMPLER=always_off makes no spans but keeps logs and metrics', async () => {
    const receiver = using(new Receiver())
    const metricsPort = await freePort()
    const program = await start({
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${await receiver.start()}`,
      OTEL_EXPORTER_PROMETHEUS_PORT: String(metricsPort),
      OTEL_TRACES_SAMPLER: 'always_off',
    })
    await fetch(`${program.url}/api/contacts/1`)
    expect(await scrape(metricsPort)).toContain('endpoint="/api/contacts/:id",status="200"} 1')
    await program.stop()
    expect(receiver.spans).toEqual([])
    expect(receiver.logs.length).toBeGreaterThan(0)
  }, 30_000)

  it('OTEL_METRICS_EXPORTER=none opens no port; OTEL_TRACES_EXPORTER=none sends no spans', async () => {
    const receiver = using(new Receiver())
    const metricsPort = await freePort()
    const program = await start({
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${await receiver.start()}`,
      OTEL_EXPORTER_PROMETHEUS_PORT: String(metricsPort),
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_TRACES_EXPORTER: 'none',
    })
    await fetch(`${program.url}/api/contacts/1`)
    await expect(scrape(metricsPort)).rejects.toThrow()
    await program.stop()
    expect(receiver.spans).toEqual([])
    expect(receiver.logs.length).toBeGreaterThan(0)
  }, 30_000)
})

it('a database that stops is seen within 8 s, and its return too; failed connections are counted', async () => {
  const metricsPort = await freePort()
  const program = await start({
    OTEL_EXPORTER_PROMETHEUS_PORT: String(metricsPort),
    OTEL_TRACES_EXPORTER: 'none',
    OTEL_LOGS_EXPORTER: 'none',
  })
  const says = (up: 0 | 1) => async () => (await scrape(metricsPort)).includes(`postgres_up{database="crm"} ${up}`)
  await until(says(1))
  await database().pause()
  await until(says(0), 8_000)
  expect((await fetch(`${program.url}/api/contacts/1`)).status).toBe(500)
  const failures = /^database_connection_failures_total (\d+)$/m.exec(await scrape(metricsPort))?.[1]
  expect(Number(failures)).toBeGreaterThan(0)
  await database().resume()
  await until(says(1), 8_000)
  expect((await fetch(`${program.url}/api/contacts/1`)).status).toBe(200)
}, 60_000)
