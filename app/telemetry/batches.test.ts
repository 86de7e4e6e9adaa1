import { AsyncLocalStorage } from 'node:async_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import { type Context, context, ROOT_CONTEXT } from '@opentelemetry/api'
import { isTracingSuppressed } from '@opentelemetry/core'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { Batches, type BatchSettings } from './batches.ts'
import type { Outcome, Sender } from './exporters.ts'
import type { Batch, Recorded } from './otlp-batch.ts'

const storage = new AsyncLocalStorage<Context>()
const manager: Parameters<typeof context.setGlobalContextManager>[0] = {
  active: () => storage.getStore() ?? ROOT_CONTEXT,
  with: (active, work, thisArg, ...args) => storage.run(active, () => work.call(thisArg as never, ...args)),
  bind: (_, target) => target,
  enable: () => manager,
  disable: () => manager,
}
beforeAll(() => void context.setGlobalContextManager(manager))
afterAll(() => context.disable())

const resource = resourceFromAttributes({})
const instrumentationScope = { name: 'crm' }

interface Letter extends Recorded {
  readonly text: string
}
const letter = (text: string): Letter => ({ text, resource, instrumentationScope })

/** Batches of letters, and who sends them: each batch waits until it is answered by hand. */
const batchesWith = (settings: Partial<BatchSettings>) => {
  const sent: string[] = []
  const answers: ((outcome: Outcome) => void)[] = []
  const fates: string[] = []
  const suppressed: boolean[] = []
  const sender: Sender = {
    send: ({ scopes }: Batch) => {
      sent.push(
        scopes
          .map(({ records }) =>
            Buffer.from(records)
              .toString()
              .replaceAll(/[^a-z]/g, ''),
          )
          .join(),
      )
      suppressed.push(isTracingSuppressed(context.active()))
      return new Promise((resolve) => answers.push(resolve))
    },
    shutdown: async () => void sent.push('shut down'),
  }
  const batches = new Batches<Letter>(
    (writer, { text }) => {
      if (text === '') throw new Error('an empty letter')
      writer.string(0x0a, text)
    },
    sender,
    { maxQueueSize: 10, maxExportBatchSize: 3, scheduledDelayMillis: 60_000, exportTimeoutMillis: 60_000, ...settings },
    (count, isLost) => void fates.push(`${count} ${isLost ? 'lost' : 'sent'}`),
  )
  const answer = (outcome: Outcome): void => answers.shift()?.(outcome)
  return {
    batches,
    sent,
    fates,
    answer,
    suppressed,
    add: (all: string) => [...all].map((text) => batches.add(letter(text))),
  }
}

describe('batches', () => {
  it('leave when they are full, one at a time', async () => {
    const { sent, fates, answer, add } = batchesWith({})
    add('abcdefg')
    expect(sent).toEqual(['abc'])
    answer({ lost: 0 })
    await vi.waitFor(() => expect(sent).toEqual(['abc', 'def']))
    expect(fates).toEqual(['3 sent'])
  })

  it('leave when they are old, without a span of their own', async () => {
    const { sent, suppressed, add } = batchesWith({ scheduledDelayMillis: 10 })
    add('a')
    expect(sent).toEqual([])
    await vi.waitFor(() => expect(sent).toEqual(['a']))
    expect(suppressed).toEqual([true])
  })

  it('hold no more than the queue does, and count what has no room', async () => {
    const { sent, fates, answer, add } = batchesWith({ maxQueueSize: 4 })
    // Three are on their way, four wait.
    add('abcdefghi')
    expect(fates).toEqual(['1 lost', '1 lost'])
    answer({ lost: 0 })
    await vi.waitFor(() => expect(sent).toEqual(['abc', 'def']))
    add('jkl')
    await pause(0)
    expect(fates).toEqual(['1 lost', '1 lost', '3 sent'])
  })

  it('count what was refused in part, and what was not sent', async () => {
    const { fates, answer, add } = batchesWith({})
    add('abcdef')
    answer({ lost: 1 })
    await vi.waitFor(() => expect(fates).toEqual(['2 sent', '1 lost']))
    answer({ lost: 3, error: new Error('nobody there') })
    await vi.waitFor(() => expect(fates).toEqual(['2 sent', '1 lost', '3 lost']))
  })

  it('go on without a record that cannot be written, which is counted', () => {
    const { batches, sent, fates, add } = batchesWith({})
    add('ab')
    batches.add(letter(''))
    add('c')
    expect(sent).toEqual(['abc'])
    expect(fates).toEqual(['1 lost'])
  })

  it('do not wait for one that takes too long, which is counted when it ends', async () => {
    const { sent, fates, answer, add } = batchesWith({ exportTimeoutMillis: 10 })
    add('abcdef')
    await vi.waitFor(() => expect(sent).toEqual(['abc', 'def']))
    expect(fates).toEqual([])
    answer({ lost: 0 })
    await vi.waitFor(() => expect(fates).toEqual(['3 sent']))
  })

  it('are all sent at once when they are flushed, and nothing more after the end', async () => {
    const { batches, sent, answer, add } = batchesWith({})
    add('abcdefg')
    const ended = batches.shutdown()
    await vi.waitFor(() => expect(sent).toEqual(['abc', 'def', 'g']))
    for (let i = 0; i < 3; i++) answer({ lost: 0 })
    await ended
    add('hij')
    expect(sent).toEqual(['abc', 'def', 'g', 'shut down'])
  })
})
