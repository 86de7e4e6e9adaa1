import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { queueSizes } from './otelcol-queues.ts'

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>()
  return { ...fs, statfsSync: vi.fn() }
})

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'queues-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const free = (bytes: number): void => {
  vi.mocked(statfsSync).mockReturnValue({ bavail: bytes / 4_096, bsize: 4_096 } as never)
}

test('on a large disk the queues are as large as the collector’s own file says', () => {
  free(4_096 * 2 ** 20 * 10)
  expect(queueSizes(join(folder, 'not', 'yet'))).toEqual({
    METRICS_QUEUE_BYTES: '268435456',
    LOGS_QUEUE_BYTES: '1073741824',
    TRACES_QUEUE_BYTES: '1073741824',
  })
})

test('on a small one they take half of it together, in the same proportion', () => {
  free(9 * 2 ** 20)
  expect(queueSizes(folder)).toEqual({
    METRICS_QUEUE_BYTES: '524288',
    LOGS_QUEUE_BYTES: '2097152',
    TRACES_QUEUE_BYTES: '2097152',
  })
})

test('what they hold already is theirs, and what others hold is not', () => {
  mkdirSync(join(folder, 'queue'))
  writeFileSync(join(folder, 'queue', 'exporter_otlp_http_loki_logs'), Buffer.alloc(2 ** 20))
  writeFileSync(join(folder, 'queue', 'ballast'), Buffer.alloc(2 ** 20))
  free(8 * 2 ** 20)
  expect(queueSizes(join(folder, 'queue')).LOGS_QUEUE_BYTES).toBe('2097152')
})
