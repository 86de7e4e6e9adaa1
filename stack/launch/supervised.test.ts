import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { isRunning, processId } from './processes.ts'
import { type Change, Supervised, type SupervisedOptions } from './supervised.ts'

const folder = mkdtempSync(join(tmpdir(), 'supervised-'))
const running: Supervised[] = []
afterEach(async () => {
  for (const each of running.splice(0)) await each.stop(200)
})
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))

/** A process of a line of JavaScript. */
function supervise(script: string, options: Partial<SupervisedOptions> = {}) {
  const changes: Change[] = []
  const supervised = new Supervised({
    name: 'test',
    command: () => ({ file: process.execPath, args: ['-e', script], env: {} }),
    env: process.env,
    ready: { line: /^ready$/ },
    readyWithinMs: 10_000,
    logFile: join(folder, `${Math.random()}.log`),
    onChange: (change) => changes.push(change),
    backoffMs: [10],
    ...options,
  })
  running.push(supervised)
  const states = () => changes.map(({ state }) => state)
  return { supervised, changes, states }
}

const forever = 'setInterval(() => {}, 1000)'

test('ready when its output says so; ends when asked', async () => {
  const { supervised, states } = supervise(
    `console.log('ready'); process.on('SIGTERM', () => process.exit(0)); ${forever}`,
  )
  supervised.start()
  await expect.poll(states).toEqual(['starting', 'ready'])
  expect(await supervised.stop(5_000)).toBe(true)
  expect(states()).toEqual(['starting', 'ready', 'stopping', 'stopped'])
  expect(supervised.id).toBeUndefined()
})

test('a crash is told with the last lines, and it is started again', async () => {
  const marker = join(folder, 'crashed-once')
  const script = `const fs = require('fs'); if (!fs.existsSync('${marker}')) { fs.writeFileSync('${marker}', ''); console.error('no \\u001b[31mluck'); process.exit(3) } console.log('ready'); ${forever}`
  const { supervised, states, changes } = supervise(script)
  supervised.start()
  await expect.poll(states).toEqual(['starting', 'restarting', 'starting', 'ready'])
  expect(changes[1]).toEqual({
    state: 'restarting',
    detail: 'exited with code 3; again in 0.01 s',
    output: ['no luck'],
  })
})

test('what never comes up is given up after three attempts', async () => {
  const { supervised, states, changes } = supervise('process.exit(1)')
  supervised.start()
  await expect.poll(() => states().at(-1)).toBe('failed')
  expect(states().filter((state) => state === 'starting')).toHaveLength(3)
  expect(changes.at(-1)?.detail).toBe('exited with code 1; gave up after 3 attempts')
})

test('what cannot be started says why', async () => {
  const { supervised, changes } = supervise('', { command: () => ({ file: '/no/such/file', args: [], env: {} }) })
  supervised.start()
  await expect.poll(() => changes.at(-1)?.detail).toContain('could not be started (spawn /no/such/file ENOENT)')
})

test('what is late is told of, goes on running, and may still become ready', async () => {
  const go = join(folder, 'go')
  const script = `setInterval(() => { if (require('fs').existsSync('${go}')) console.log('ready') }, 20)`
  const { supervised, states, changes } = supervise(script, { readyWithinMs: 300 })
  supervised.start()
  await expect.poll(states).toEqual(['starting', 'unready'])
  expect(changes.at(-1)?.detail).toBe('runs, but was not ready within 0.3 s')
  writeFileSync(go, '')
  await expect.poll(states, { timeout: 5_000 }).toEqual(['starting', 'unready', 'ready'])
})

test('what does not end is killed, with all that it started', async () => {
  const child = join(folder, 'child')
  const script = `process.on('SIGTERM', () => {}); const c = require('child_process').spawn(process.execPath, ['-e', '${forever}'], { detached: true }); require('fs').writeFileSync('${child}', String(c.pid)); console.log('ready'); ${forever}`
  const { supervised, changes, states } = supervise(script)
  supervised.start()
  await expect.poll(() => states().at(-1)).toBe('ready')
  await expect.poll(() => existsSync(child)).toBe(true)
  const { readFileSync } = await import('node:fs')
  const grandchild = processId(Number(readFileSync(child, 'utf8')))
  expect(isRunning(grandchild)).toBe(true)
  expect(await supervised.stop(200)).toBe(false)
  expect(changes.at(-1)?.detail).toBe('did not end within 0.2 s and was killed')
  await expect.poll(() => isRunning(grandchild)).toBe(false)
})

test('stopped while it waits for its next attempt, it stays stopped; started again, it runs', async () => {
  const { supervised, states } = supervise('process.exit(1)', { backoffMs: [60_000] })
  supervised.start()
  await expect.poll(() => states().at(-1)).toBe('restarting')
  expect(await supervised.stop(1_000)).toBe(true)
  expect(states().at(-1)).toBe('stopped')
  supervised.start()
  await expect.poll(() => states().at(-1)).toBe('restarting')
})
