import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Fault } from './outage.ts'
import type { OutageStack } from './running.ts'
import type { SmallDisk } from './small-disk.ts'

/** What a stack's processes need, so that their clocks can jump. */
export const jumpingClocks = { NODE_OPTIONS: `--import=${join(import.meta.dirname, 'clock.ts')}` }

const seconds = (count: number): Promise<void> => sleep(count * 1_000)

/** Of what the queue is given, so many batches are read while Loki does not answer: one is sent, one waits for that. */
const readAhead = 2

/** Loki is away and nothing more can be written to the queue before it, for so long from the first failure on. */
export const fullDisk = (disk: SmallDisk, holdSeconds: number): Fault => ({
  title: 'a full disk under the queue',
  expected: ['CollectorRefusing'],
  act: async (stack) => {
    await stack.stop('loki')
    const queued = stack.witness.logBatches
    await until(async () => stack.witness.logBatches > queued + readAhead)
    disk.fill()
    try {
      // What the queue's file has taken from the disk before is still the queue's.
      await until(
        async () => (await stack.ownMetric('otelcol', 'otelcol_exporter_enqueue_failed_log_records')) > 0,
        120_000,
      )
      await seconds(holdSeconds)
    } finally {
      disk.free()
    }
    await stack.start('loki')
    return undefined
  },
})

/** The service's clock is five minutes ahead for so long, and then right again. */
export const clockJump = (aheadSeconds: number): Fault => ({
  title: 'the service’s clock jumps five minutes ahead and back',
  expected: [],
  act: async (stack) => {
    for (const name of ['api', 'worker'] as const) stack.signal(name, 'SIGUSR2')
    await seconds(aheadSeconds)
    for (const name of ['api', 'worker'] as const) stack.signal(name, 'SIGUSR2')
    await seconds(aheadSeconds)
    return undefined
  },
})

/** The service is asked to end while it sends, and starts anew. */
export const serviceRestarts: Fault = {
  title: 'the service is restarted while it sends',
  expected: [],
  act: async (stack) => {
    await stack.stop('api')
    await stack.start('api')
    return undefined
  },
}

/** The service is killed while it sends; its launcher starts it again. */
export const serviceKilled: Fault = {
  title: 'the service is killed while it sends',
  expected: [],
  act: async (stack) => {
    await stack.kill('api')
    await stack.start('api')
    return undefined
  },
}

/** The collector is asked to end while it sends: it decides upon the traces it holds, and keeps its queues on disk. */
export const collectorRestarts: Fault = {
  title: 'the collector is restarted while it sends',
  expected: [],
  act: (stack) => without(stack, () => stack.stop('otelcol')),
}

const without = async (stack: OutageStack, end: () => Promise<void>) => {
  const from = Date.now()
  await end()
  await stack.start('otelcol')
  return { from, until: Date.now() }
}

const until = async (isSo: () => Promise<boolean>, withinMs = 60_000): Promise<void> => {
  const deadline = Date.now() + withinMs
  while (!(await isSo().catch(() => false))) {
    if (Date.now() > deadline) throw new Error(`not within ${withinMs} ms: ${isSo}`)
    await sleep(250)
  }
}
