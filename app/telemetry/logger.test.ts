import { type LogRecord, logs, SeverityNumber } from '@opentelemetry/api'
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs'
import type { Logger } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createRootLogger, logLevel, setRequestContext, withRequestContext } from './logger.ts'

let lines: string[]
let records: InMemoryLogRecordExporter
let log: Logger

const line = (): Record<string, unknown> => JSON.parse(lines.at(-1) ?? '{}')
const record = () => records.getFinishedLogRecords().at(-1)

beforeEach(() => {
  lines = []
  records = new InMemoryLogRecordExporter()
  logs.setGlobalLoggerProvider(
    new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter: records })] }),
  )
  const env = { APP_ENV: 'production', LOG_LEVEL: 'trace', OTEL_SERVICE_NAME: 'api' }
  log = createRootLogger(env, { write: (text) => lines.push(text) }).child({ component: 'contacts' })
})
afterEach(() => logs.disable())

describe('a line', () => {
  it('has the promised fields, and so has the record', () => {
    withRequestContext({ correlationId: 'c-1' }, () => {
      setRequestContext({ userId: 'u-1', workspaceId: 'w-1' })
      log.info({ contactId: '7', tags: ['a'] }, 'contact created')
    })
    expect(line()).toEqual({
      level: 'info',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      service: 'api',
      component: 'contacts',
      message: 'contact created',
      correlationId: 'c-1',
      userId: 'u-1',
      workspaceId: 'w-1',
      metadata: { contactId: '7', tags: ['a'] },
    })
    expect(record()).toMatchObject({
      body: 'contact created',
      severityText: 'info',
      severityNumber: SeverityNumber.INFO,
      attributes: {
        component: 'contacts',
        correlationId: 'c-1',
        userId: 'u-1',
        workspaceId: 'w-1',
        'metadata.contactId': '7',
        'metadata.tags': '["a"]',
      },
    } satisfies LogRecord)
  })

  it.each([
    ['error', SeverityNumber.ERROR],
    ['warn', SeverityNumber.WARN],
    ['info', SeverityNumber.INFO],
    ['debug', SeverityNumber.DEBUG],
    ['trace', SeverityNumber.TRACE],
  ] as const)('of level %s says so', (level, severityNumber) => {
    log[level]('said')
    expect(line().level).toBe(level)
    expect(record()).toMatchObject({ severityText: level, severityNumber })
  })

  it('carries an error under any of its usual names', () => {
    const error = new TypeError('no such contact')
    for (const write of [
      () => log.error(error),
      () => log.error({ error }, 'no such contact'),
      () => log.error({ err: error }),
    ]) {
      write()
      expect(line()).toMatchObject({
        message: 'no such contact',
        error: { name: 'TypeError', message: 'no such contact', stack: expect.stringContaining('logger.test.ts') },
      })
      expect(record()?.attributes).toMatchObject({
        'exception.type': 'TypeError',
        'exception.message': 'no such contact',
        'exception.stacktrace': expect.stringContaining('logger.test.ts'),
      })
    }
  })

  it('takes plain messages with and without placeholders, and per cent signs as they are', () => {
    log.info('100 % of %s', 'contacts')
    expect(line().message).toBe('100 % of contacts')
    log.info('share: 5 %d')
    expect(line().message).toBe('share: 5 %d')
    log.info({ metadata: { a: 1 }, b: 2 }, 'both')
    expect(line().metadata).toEqual({ a: 1, b: 2 })
  })

  it('holds no secret, token, e-mail address or phone number, in neither place', () => {
    const secrets = ['anna@example.com', '+45 12 34 56 78', 'hunter2', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIi.c2ln']
    log.warn({ password: 'hunter2', note: secrets[0], deep: { list: [{ phone: secrets[1] }] } }, `for ${secrets[0]}`)
    log.error(new Error(`for ${secrets[0]} at ${secrets[1]}`))
    log.info('token %s for %o', secrets[3], { email: secrets[0] })
    log.child({ authorization: 'Bearer hunter2' }).info('child')
    const everything = lines.join() + JSON.stringify(records.getFinishedLogRecords().map((r) => [r.body, r.attributes]))
    expect(lines).toHaveLength(4)
    for (const secret of secrets) expect(everything).not.toContain(secret)
  })

  it('of a value that cannot be written does not throw', () => {
    const cycle: Record<string, unknown> = {}
    cycle.self = cycle
    log.info({ cycle, big: 1n, call: () => 1 }, 'odd')
    expect(line().message).toBe('odd')
    const hostile = {
      get name(): string {
        throw new Error('no')
      },
    }
    expect(() => log.info({ hostile }, 'hostile')).not.toThrow()
    expect(line().message).toBe('hostile')
  })
})

it('the context reaches through asynchronous work and not beyond it', async () => {
  await withRequestContext({ correlationId: 'c-1' }, async () => {
    await new Promise((resolve) => setTimeout(resolve, 1))
    log.info('inside')
  })
  expect(line().correlationId).toBe('c-1')
  setRequestContext({ userId: 'nobody' })
  log.info('outside')
  expect(line()).not.toHaveProperty('correlationId')
  expect(line()).not.toHaveProperty('userId')
})

it.each([
  [{ APP_ENV: 'production' }, 'info'],
  [{ APP_ENV: 'staging' }, 'debug'],
  [{ APP_ENV: 'development' }, 'debug'],
  [{}, 'debug'],
  [{ APP_ENV: 'test' }, 'warn'],
  [{ APP_ENV: 'production', LOG_LEVEL: 'trace' }, 'trace'],
  [{ APP_ENV: 'production', LOG_LEVEL: 'ERROR' }, 'error'],
  [{ APP_ENV: 'production', LOG_LEVEL: 'loud' }, 'info'],
])('the level of %j is %s', (env, expected) => {
  expect(logLevel(env)).toBe(expected)
})
