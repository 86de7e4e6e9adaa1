import { describe, expect, it } from 'vitest'
import { type QueueNow, stateOf, waitsOf } from './why.ts'

const idle = { waiting: 0, delayed: 0, active: 0, completed: 0, failed: 0, dead: 0, oldestSeconds: 0, waits: [] }
const queue = (name: QueueNow['queueName'], some: Partial<QueueNow> = {}): QueueNow => ({
  queueName: name,
  ...idle,
  ...some,
})
const at = '2026-11-22T14:03:20.000Z'
const last = '2026-11-22T14:04:00.000Z'
const wait = (reason: 'rate_limit' | 'retry' | 'planned', provider: string | null, jobs = 1) => ({
  reason,
  provider,
  jobs,
  nextAt: at,
  lastAt: last,
})

describe('why jobs wait', () => {
  it('is said of each queue, what asks to wait first', () => {
    const queues = [
      queue('contact-enrichment', { waits: [wait('retry', 'enrichment', 4)] }),
      queue('webhook-processing', { dead: 2 }),
      queue('search-indexing', { waiting: 900, oldestSeconds: 45 }),
      queue('email-sync', { delayed: 3, waits: [wait('rate_limit', 'gmail', 3)] }),
    ]
    expect(waitsOf(queues)).toEqual([
      { kind: 'rate_limit', tone: 'warn', queueName: 'email-sync', jobs: 3, provider: 'gmail', at: last },
      { kind: 'dead', tone: 'bad', queueName: 'webhook-processing', jobs: 2, provider: null, at: null },
      { kind: 'behind', tone: 'warn', queueName: 'search-indexing', jobs: 900, provider: null, at: null },
      { kind: 'retry', tone: 'warn', queueName: 'contact-enrichment', jobs: 4, provider: 'enrichment', at },
    ])
  })

  it('is nothing where jobs were meant for later, or have just come', () => {
    expect(waitsOf([queue('integration-sync', { waits: [wait('planned', null)] })])).toEqual([])
    expect(waitsOf([queue('search-indexing', { waiting: 5, oldestSeconds: 3 })])).toEqual([])
  })
})

describe('the state of a queue', () => {
  it.each([
    ['idle', {}],
    ['runs', { active: 1 }],
    ['runs', { waiting: 1, oldestSeconds: 1 }],
    ['dead', { active: 1, dead: 1 }],
    ['retries', { active: 1, waits: [wait('retry', null)] }],
    ['behind', { waiting: 1, oldestSeconds: 31, waits: [wait('retry', null)] }],
    ['waits', { waits: [wait('retry', null), wait('rate_limit', 'gmail')] }],
  ] as const)('%s: %o', (state, some) => {
    expect(stateOf(queue('email-sync', some as Partial<QueueNow>))).toBe(state)
  })
})
