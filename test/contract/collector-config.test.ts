import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { slos } from '../../catalogue/slo.ts'
import { thresholds } from '../../catalogue/thresholds.ts'
import { collectorMemory } from '../../stack/servers/otelcol-memory.ts'
import { wanted } from '../../stack/servers/otelcol-queues.ts'
import { files, text } from './tree.ts'

const root = resolve(import.meta.dirname, '../..')

interface Redaction {
  readonly ignored_keys: readonly string[]
  readonly allowed_keys: readonly string[]
  readonly blocked_values: readonly string[]
  readonly allow_all_keys?: boolean
}
interface Exporter {
  readonly retry_on_failure?: { readonly max_elapsed_time: number }
  readonly sending_queue?: {
    readonly storage: string
    readonly sizer: string
    readonly queue_size: string
    readonly num_consumers: number
    readonly batch?: { readonly min_size: number }
  }
}
interface Policy {
  readonly name: string
  readonly ottl_condition?: { readonly span: readonly string[] }
  readonly latency?: { readonly threshold_ms: number }
  readonly and?: { readonly and_sub_policy: readonly Policy[] }
}
interface Config {
  readonly processors: Readonly<Record<string, unknown>>
  readonly exporters: Readonly<Record<string, Exporter>>
}

let config: Config
let tempo: Config

beforeAll(async () => {
  const read = async (file: string): Promise<Config> =>
    parse(await readFile(join(root, file), 'utf8'), { merge: true }) as Config
  config = await read('otel-collector.yaml')
  tempo = await read('stack/servers/otelcol/tempo.yaml')
})

const processor = <P>(name: string): P => config.processors[name] as P

/** The service's own files. */
const appFiles = async (): Promise<string[]> =>
  (await files()).filter((file) => file.startsWith('app/') && file.endsWith('.ts') && !/\.test(-d)?\.ts$/.test(file))

describe('the list of keys', () => {
  const listed = (name: string): Set<string> => {
    const { ignored_keys, allowed_keys } = processor<Redaction>(name)
    return new Set([...ignored_keys, ...allowed_keys])
  }

  it('holds every attribute that the service gives a span', async () => {
    const given = new Set<string>()
    const semantic =
      /'((?:crm|http|url|db|messaging|graphql|mcp|gen_ai|exception|error|user|network|server|client|user_agent)\.[a-z_.]+)'(?=: )/g
    const set = /setAttribute\(\s*'([\w.]+)'/g
    for (const file of await appFiles()) {
      const source = await text(file)
      for (const pattern of [semantic, set]) for (const [, key = ''] of source.matchAll(pattern)) given.add(key)
    }
    expect(given.size).toBeGreaterThan(30)
    const keys = listed('redaction/spans')
    expect([...given].filter((key) => !keys.has(key))).toEqual([])
  })

  it('holds every field that the service writes into a log line', async () => {
    const top = ['correlationId', 'userId', 'workspaceId', 'operation', 'tenantId', 'integrationId']
    const given = new Set<string>()
    for (const file of await appFiles())
      for (const fields of loggedObjects(await text(file)))
        for (const [, key = ''] of fields.matchAll(/[{,]\s*([a-z]\w*)(?=\s*[:,}])/g))
          if (!['error', 'err', 'metadata'].includes(key)) given.add(top.includes(key) ? key : `metadata.${key}`)
    expect(given).toContain('metadata.path')
    expect(given.size).toBeGreaterThan(20)
    const keys = listed('redaction/logs')
    expect([...given].filter((key) => !keys.has(key))).toEqual([])
  })

  it('names nothing twice', () => {
    for (const name of ['redaction/spans', 'redaction/logs']) {
      const { ignored_keys, allowed_keys } = processor<Redaction>(name)
      expect(listed(name).size).toBe(ignored_keys.length + allowed_keys.length)
    }
  })

  it('lets no key pass unsearched whose values callers or errors write', () => {
    const free = [
      'url.path',
      'url.query',
      'url.full',
      'user_agent.original',
      'exception.message',
      'exception.stacktrace',
    ]
    expect(processor<Redaction>('redaction/spans').allowed_keys).toEqual(expect.arrayContaining(free))
    const inLogs = [
      'correlationId',
      'metadata.path',
      'metadata.reason',
      'metadata.error',
      'exception.message',
      'exception.stacktrace',
    ]
    expect(processor<Redaction>('redaction/logs').allowed_keys).toEqual(expect.arrayContaining(inLogs))
  })

  it('leaves the labels of metrics whole, which are searched by the same patterns', () => {
    const labels = processor<Redaction>('redaction/labels')
    expect(labels.allow_all_keys).toBe(true)
    expect(labels.blocked_values).toEqual(processor<Redaction>('redaction/spans').blocked_values)
    expect(labels.blocked_values).toEqual(processor<Redaction>('redaction/logs').blocked_values)
  })
})

/** The first arguments of `log.info({ … }, 'text')`, as text. */
const loggedObjects = function* (source: string): Generator<string> {
  for (const { index, 0: head } of source.matchAll(/\.(?:info|warn|error|debug)\(\s*\{/g)) {
    const from = index + head.length - 1
    let depth = 0
    let end = from
    do {
      if (source[end] === '{') depth++
      if (source[end] === '}') depth--
      end++
    } while (depth > 0 && end < source.length)
    yield source.slice(from, end)
  }
}

describe('tail sampling', () => {
  const policies = (): readonly Policy[] => processor<{ policies: readonly Policy[] }>('tail_sampling').policies
  const slow = (): readonly Policy[] => policies().find(({ name }) => name === 'slow')?.and?.and_sub_policy ?? []

  it('keeps what is slower than the catalogue’s objectives', () => {
    const [any, byObjective] = slow()
    const inNanoseconds = (byObjective?.ottl_condition?.span ?? []).map((condition) =>
      Number(/> (\d+)$/.exec(condition)?.[1]),
    )
    const objectives = [slos['api-latency'].objective, slos['database-latency'].objective, thresholds.SlowOperations]
    expect(inNanoseconds).toEqual(objectives.map((seconds) => Math.round(seconds * 1e9)))
    expect(any?.latency?.threshold_ms).toBe(Math.min(...objectives) * 1_000)
  })

  it('keeps errors and whatever enqueues a job at every share, which is all by default', () => {
    expect(policies().map(({ name }) => name)).toEqual(['share', 'errors', 'enqueues-a-job', 'slow'])
    expect(policies()[0]).toMatchObject({ probabilistic: { sampling_percentage: '${' + 'env:TRACE_SHARE:-100}' } })
  })
})

describe('exporters', () => {
  it('never give up, and keep what waits on disk', () => {
    const exporters = Object.entries({ ...config.exporters, ...tempo.exporters }).filter(([name]) =>
      name.startsWith('otlp_http/'),
    )
    expect(exporters.map(([name]) => name)).toEqual(['otlp_http/prometheus', 'otlp_http/loki', 'otlp_http/tempo'])
    for (const [name, { retry_on_failure, sending_queue }] of exporters) {
      expect(retry_on_failure?.max_elapsed_time, name).toBe(0)
      expect(sending_queue, name).toMatchObject({ storage: 'file_storage', sizer: 'bytes' })
    }
  })
})

describe('queues', () => {
  const queue = (exporter: string) => ({ ...config.exporters, ...tempo.exporters })[exporter]?.sending_queue

  it('are by default as large as the launcher makes them where there is room', () => {
    const byDefault = (name: keyof typeof wanted) => `\${env:${name}:-${wanted[name]}}`
    expect(queue('otlp_http/prometheus')?.queue_size).toBe(byDefault('METRICS_QUEUE_BYTES'))
    expect(queue('otlp_http/loki')?.queue_size).toBe(byDefault('LOGS_QUEUE_BYTES'))
    expect(queue('otlp_http/tempo')?.queue_size).toBe(byDefault('TRACES_QUEUE_BYTES'))
  })

  it('are emptied one request after the other where the backend minds their order', () => {
    expect(queue('otlp_http/prometheus')?.num_consumers).toBe(1)
    expect(queue('otlp_http/loki')?.num_consumers).toBe(1)
  })

  it('are not read before what is read can be sent', () => {
    expect(queue('otlp_http/loki')?.batch?.min_size).toBe(0)
    for (const exporter of ['otlp_http/prometheus', 'otlp_http/tempo']) expect(queue(exporter)?.batch).toBeUndefined()
  })
})

describe('memory', () => {
  it('is refused for above what Go’s runtime lets lie', async () => {
    const { limit_mib, spike_limit_mib } = processor<{ limit_mib: number; spike_limit_mib: number }>('memory_limiter')
    expect(limit_mib - spike_limit_mib).toBeGreaterThan(Number.parseInt(collectorMemory.GOMEMLIMIT, 10))
  })

  it('is the same in compose', async () => {
    const compose = parse(await readFile(join(root, 'docker-compose.yml'), 'utf8'), { merge: true })
    expect(compose.services['otel-collector'].environment).toMatchObject(collectorMemory)
  })
})
