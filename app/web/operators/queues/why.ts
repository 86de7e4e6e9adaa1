import type { InferResponseType } from 'hono/client'
import type { api } from '../../client.ts'
import type { Tone } from '../../ui/card.tsx'

export type QueueNow = InferResponseType<typeof api.admin.queues.$get, 200>['queues'][number]

/** Why something in a queue does not go on at once, for a sentence. */
export interface Wait {
  readonly kind: 'rate_limit' | 'retry' | 'behind' | 'dead'
  readonly tone: Tone
  readonly queueName: string
  readonly jobs: number
  /** Whom it waits for. */
  readonly provider: string | null
  /** When they go on: the last of those that wait for somebody, the first of those that are tried again; null where nobody knows. */
  readonly at: string | null
}

/** Seconds that a job may be due before it is worth a word: a worker takes the next one within a few. */
const patienceSeconds = 30

const order = ['rate_limit', 'dead', 'behind', 'retry'] as const

/** What keeps jobs waiting, what matters most first. What was only meant for later keeps nobody waiting. */
export const waitsOf = (queues: readonly QueueNow[]): Wait[] =>
  queues
    .flatMap(({ queueName, waits, waiting, oldestSeconds, dead }): Wait[] => [
      ...waits.flatMap(({ reason, provider, jobs, nextAt, lastAt }): Wait[] =>
        reason === 'planned'
          ? []
          : [{ kind: reason, tone: 'warn', queueName, jobs, provider, at: reason === 'rate_limit' ? lastAt : nextAt }],
      ),
      ...(oldestSeconds > patienceSeconds
        ? [{ kind: 'behind', tone: 'warn', queueName, jobs: waiting, provider: null, at: null } as const]
        : []),
      ...(dead > 0 ? [{ kind: 'dead', tone: 'bad', queueName, jobs: dead, provider: null, at: null } as const] : []),
    ])
    .toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind))

/** A queue's state in one word. */
export const stateOf = (queue: QueueNow): 'waits' | 'behind' | 'retries' | 'dead' | 'runs' | 'idle' => {
  const kinds = new Set(waitsOf([queue]).map(({ kind }) => kind))
  if (kinds.has('rate_limit')) return 'waits'
  if (kinds.has('behind')) return 'behind'
  if (kinds.has('retry')) return 'retries'
  if (kinds.has('dead')) return 'dead'
  return queue.active + queue.waiting > 0 ? 'runs' : 'idle'
}
