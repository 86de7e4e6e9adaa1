import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, statfsSync, symlinkSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { isRunning, processId } from '../../stack/launch/processes.ts'
import { findOnPath } from '../../stack/launch/server-binary.ts'
import { readState } from '../../stack/launch/state.ts'
import type { Place } from '../../stack/place.ts'
import { portOf, urlOf } from '../../stack/ports.ts'
import { Launcher, leftRunning, ownPlace, runScript } from './launcher.ts'

let place: Place & { remove: () => Promise<void> }
let launcher: Launcher | undefined

beforeEach(async () => {
  place = await ownPlace()
})
afterEach(async () => {
  await launcher?.stop()
  launcher = undefined
  await place.remove()
})

describe('what a person has to change is said in a sentence', () => {
  test('a port that is taken: the port, who needs it, who holds it, and other ports', async () => {
    const holder = createServer().listen(portOf(place, 'loki'), '127.0.0.1')
    try {
      const { code, output } = await runScript(place, ['main.ts'])
      expect(output).toContain(`Port ${portOf(place, 'loki')}, which loki needs, is taken by process ${process.pid}: `)
      expect(output).toMatch(/use other ports: STACK_PORT_OFFSET=\d+ npm start/)
      expect(code).toBe(1)
      expect(leftRunning(place)).toEqual([])
    } finally {
      holder.close()
    }
  })

  test.for([
    [{ STACK_PORT_OFFSET: 'abc' }, 'STACK_PORT_OFFSET is "abc", but must be a whole number from 0 to 1700'],
    [{ STACK_PORT_OFFSET: '70000' }, 'STACK_PORT_OFFSET is "70000"'],
    [{ STACK_DATA_DIR: '/dev/null' }, '/dev/null/run'],
    [{ STACK_DATA_DIR: '/proc/none' }, '/proc/none'],
  ] as const)('a bad setting: %j', async ([env, sentence]) => {
    const { code, output } = await runScript(place, ['main.ts'], env)
    expect(output).toContain(sentence.replace('/run', ''))
    expect(output).not.toContain('    at ')
    expect(code).toBe(1)
  })

  test('an argument that is not known', async () => {
    const { code, output } = await runScript(place, ['main.ts', '--verfy'])
    expect(output).toContain("Unknown option '--verfy'")
    expect(output).toContain('--no-load')
    expect(code).toBe(2)
  })

  test.for([
    ['full', ['-o', 'size=8m'], 'is nearly full'],
    ['read-only', ['-o', 'size=8m,ro'], 'is read-only'],
  ] as const)('a %s disk', async ([, options, sentence], context) => {
    if (process.getuid?.() !== 0) context.skip('only root can mount a small disk')
    const folder = mkdtempSync(join(tmpdir(), 'disk-'))
    try {
      execFileSync('mount', ['-t', 'tmpfs', ...options, 'tmpfs', folder], { stdio: 'pipe' })
    } catch (error) {
      rmSync(folder, { recursive: true })
      context.skip(`a small disk cannot be mounted here: ${String(error)}`)
    }
    try {
      const { code, output } = await runScript({ ...place, data: folder }, ['main.ts'])
      expect(output).toContain(`The disk that holds ${folder} ${sentence}`)
      expect(code).toBe(1)
    } finally {
      execFileSync('umount', [folder])
      rmSync(folder, { recursive: true })
    }
  })
})

describe('a launcher that is gone', () => {
  test('killed with -9: the next start reports and stops what it left', async () => {
    launcher = new Launcher(place, ['--no-load'])
    await launcher.says(/^CRM answers at/m, 90_000)
    const before = readState(place.run)?.services.flatMap((service) => service.process ?? []) ?? []
    await launcher.stop('SIGKILL')
    expect(before.filter(isRunning).length).toBeGreaterThan(4)

    launcher = new Launcher(place, ['--no-load'])
    await launcher.says(/^The last launcher here was killed and left running: postgres \(\d+\), sandbox/m, 20_000)
    await launcher.says(/^CRM answers at/m, 90_000)
    expect(before.filter(isRunning)).toEqual([])
    expect((await launcher.stop()).code).toBe(0)
    expect(leftRunning(place)).toEqual([])
  })

  test('a process that only has the pid of an old one is left alone', async () => {
    launcher = new Launcher(place, ['--no-load'])
    await launcher.says(/^CRM answers at/m, 90_000)
    await launcher.stop()
    // As if the sandbox had had our own pid, some time ago.
    const state = readState(place.run)
    expect(state).toBeDefined()
    const { writeState } = await import('../../stack/launch/state.ts')
    if (state) {
      const services = state.services.map((each) => ({ ...each, process: { pid: process.pid, startTime: '1' } }))
      writeState(place.run, { ...state, services })
    }
    const { output } = await runScript(place, ['reset.ts'])
    expect(output).toContain('Removed the data')
  })

  test('when what started it ends, it stops everything by itself', async () => {
    // A shell that starts it and goes away, as npm does when it is killed.
    const { spawn } = await import('node:child_process')
    const shell = spawn('sh', ['-c', `"${process.execPath}" stack/launch/main.ts --no-load & wait`], {
      cwd: join(import.meta.dirname, '..', '..'),
      env: { ...process.env, STACK_PORT_OFFSET: String(place.offset), STACK_DATA_DIR: place.data },
      stdio: 'ignore',
    })
    await expect.poll(() => leftRunning(place).length, { timeout: 60_000 }).toBeGreaterThan(4)
    const pid = readState(place.run)?.launcher
    shell.kill('SIGKILL')
    await expect.poll(() => leftRunning(place), { timeout: 12_000 }).toEqual([])
    await expect.poll(() => pid && isRunning(pid), { timeout: 2_000 }).toBe(false)
  })
})

test('without Go and without servers each is missing with a sentence, and the rest runs', async () => {
  // Only what Node and the embedded PostgreSQL call.
  const bin = join(place.data, 'bin')
  mkdirSync(bin, { recursive: true })
  for (const name of ['node', 'sh', 'id', 'groupadd', 'useradd', 'chown', 'env', 'setpriv', 'ps', 'locale', 'true']) {
    const file = name === 'node' ? process.execPath : await findOnPath(name, process.env.PATH ?? '')
    if (file) symlinkSync(file, join(bin, name))
  }
  launcher = new Launcher(place, ['--no-load'], { PATH: bin, CRM_OBSERVABILITY_CACHE: join(place.data, 'empty') })
  await launcher.says(/Ctrl-C stops it/, 90_000)
  for (const title of ['OpenTelemetry Collector', 'Prometheus', 'Alertmanager', 'node_exporter', 'Loki']) {
    expect(launcher.output).toMatch(
      new RegExp(`^${title} .* is not on PATH and there is no Go to build it: install Go .*docker compose up`, 'm'),
    )
  }
  expect((await fetch(`${urlOf(place, 'api')}/health/ready`)).status).toBe(200)
  expect((await launcher.stop()).code).toBe(0)
})

test('a service that refuses its configuration is shown with its reason, and the rest runs', async () => {
  launcher = new Launcher(place, ['--no-load'], { LOG_LEVEL: 'loud', APP_ENV: 'moon' })
  await launcher.says(/^CRM exited with code 1; gave up after 3 attempts/m, 60_000)
  expect(launcher.output).toMatch(/│.*LOG_LEVEL/)
  expect(launcher.output).toMatch(/│.*APP_ENV/)
  await launcher.says(/Ctrl-C stops it/, 60_000)
  expect(launcher.output).toMatch(/^Sandbox +ready/m)
  expect((await launcher.stop()).code).toBe(0)
})

test('a child that does not end is killed, within the 10 s', async () => {
  launcher = new Launcher(place, ['--no-load'])
  await launcher.says(/^CRM answers at/m, 90_000)
  const hanging = readState(place.run)?.services.find(({ name }) => name === 'sandbox')?.process ?? processId(0)
  process.kill(hanging.pid, 'SIGSTOP')
  const { code, tookMs } = await launcher.stop()
  expect(launcher.output).toMatch(/killed, since they did not end by themselves: sandbox\./)
  expect(code).toBe(0)
  expect(tookMs).toBeLessThan(10_000)
  expect(isRunning(hanging)).toBe(false)
})

test('a second Ctrl-C ends at once', async () => {
  launcher = new Launcher(place, ['--no-load'])
  await launcher.says(/^CRM answers at/m, 90_000)
  const state = readState(place.run)?.services.find(({ name }) => name === 'sandbox')?.process ?? processId(0)
  process.kill(state.pid, 'SIGSTOP')
  launcher.child.kill('SIGINT')
  // npm sends the first one twice: that is not a second one.
  launcher.child.kill('SIGINT')
  await sleep(900)
  const { code, tookMs } = await launcher.stop('SIGINT')
  expect(code).toBe(1)
  expect(tookMs).toBeLessThan(1_500)
  await expect.poll(() => leftRunning(place), { timeout: 2_000 }).toEqual([])
})

test('a disk that runs full while the stack runs is named', async (context) => {
  if (process.getuid?.() !== 0) context.skip('only root can mount a small disk')
  const folder = mkdtempSync(join(tmpdir(), 'disk-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=700m', 'tmpfs', folder], { stdio: 'pipe' })
  } catch (error) {
    rmSync(folder, { recursive: true })
    context.skip(`a small disk cannot be mounted here: ${String(error)}`)
  }
  try {
    launcher = new Launcher({ ...place, data: folder, run: join(folder, 'run') }, ['--no-load'])
    await launcher.says(/^CRM answers at/m, 90_000)
    const { bavail, bsize } = statfsSync(folder)
    execFileSync('fallocate', ['-l', String(bavail * bsize - 30_000_000), join(folder, 'ballast')])
    await launcher.says(/^The disk that holds .* is running full: \d+ MB are left/m, 30_000)
    expect((await launcher.stop()).code).toBe(0)
  } finally {
    await launcher?.stop()
    execFileSync('umount', [folder])
    rmSync(folder, { recursive: true })
  }
})
