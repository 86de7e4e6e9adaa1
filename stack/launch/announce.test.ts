import { beforeEach, describe, expect, test } from 'vitest'
import { createAnnouncer } from './announce.ts'
import type { ServiceState, ServiceStatus } from './state.ts'

const stack = {
  place: { offset: 0, data: '/data', run: '/data/run' },
  logFile: (name: string) => `/data/run/logs/${name}.log`,
}

let lines: string[]
let now: number
let announcer: ReturnType<typeof createAnnouncer>
beforeEach(() => {
  lines = []
  now = 1_000_000
  announcer = createAnnouncer({ line: (text) => lines.push(text) }, now, () => now)
})

const become = (
  name: ServiceStatus['name'],
  state: ServiceState,
  { detail = '', version = '', output = [] as readonly string[] } = {},
) => announcer.changed(stack, { name, state, since: '', detail, version, process: null }, output)

describe('how long a service took', () => {
  test('counts from the beginning of the launcher', () => {
    now += 3_000
    become('sandbox', 'starting')
    become('loki', 'starting')
    now += 4_000
    become('sandbox', 'ready')
    become('loki', 'ready', { version: '3.7.8' })
    expect(lines).toEqual(['Sandbox is ready after 7 s.', 'Loki 3.7.8 is ready after 7 s.'])
  })

  test('counts from its own start when it is started again', () => {
    become('api', 'starting')
    now += 5_000
    become('api', 'ready')
    become('api', 'stopped')
    now += 600_000
    become('api', 'starting')
    now += 2_000
    become('api', 'ready')
    expect(lines).toEqual([
      'CRM answers at http://127.0.0.1:3000 after 5 s.',
      'CRM answers at http://127.0.0.1:3000 after 2 s.',
    ])
  })
})

test('a crash is said with the last lines of the log', () => {
  become('worker', 'starting')
  become('worker', 'restarting', { detail: 'exited with code 1; again in 0.5 s', output: ['no database'] })
  expect(lines).toEqual([
    'CRM worker exited with code 1; again in 0.5 s.',
    '  Its last lines, of /data/run/logs/worker.log:',
    '  │ no database',
  ])
})

test('what people do by hand is said', () => {
  announcer.stoppedByHand('sandbox')
  announcer.startedByHand('sandbox')
  expect(lines).toEqual([
    'Sandbox was stopped by hand. It stays so until: npm run service -- start sandbox',
    'Sandbox is started by hand.',
  ])
})
