import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { root } from '../place.ts'
import type { Command, Ready } from '../service.ts'
import { lastLines, openLog, tail } from './log-file.ts'
import { isRunning, type ProcessId, processId, treeOf } from './processes.ts'

/**
 * `starting` until the probe answers; `unready`: it runs, but did not answer in time; `restarting` waits after a crash; `failed` has crashed too often;
 * `stopped` was stopped by somebody.
 */
export type ProcessState = 'starting' | 'ready' | 'unready' | 'restarting' | 'failed' | 'stopping' | 'stopped'

export interface Change {
  readonly state: ProcessState
  /** Why, for people: "exited with code 1". */
  readonly detail: string
  /** The last lines of its output, after the first crash of a row. */
  readonly output: readonly string[]
}

export interface SupervisedOptions {
  readonly name: string
  /** Asked at each start. */
  readonly command: () => Command
  readonly env: NodeJS.ProcessEnv
  /** Absent: ready when it still runs after a second. */
  readonly ready?: Ready | undefined
  readonly readyWithinMs: number
  readonly logFile: string
  readonly onChange: (change: Change) => void
  /** Waits before each restart, in milliseconds; the last one repeats. */
  readonly backoffMs?: readonly number[]
}

const probeEveryMs = 150
const lateProbeEveryMs = 2_000
/** Lines of output shown after a crash. */
const shownLines = 8
/** What has nothing to probe counts as ready when it still runs after so long. */
const settleMs = 1_000
/** A process that stayed ready for so long has recovered: its earlier crashes are forgotten. */
const recoveredAfterMs = 60_000
const defaultBackoffMs = [500, 1_000, 2_000, 5_000, 10_000, 15_000]
/** Something that never came up will not do so by itself. What once ran is given the time in which a disk or a
 *  database comes back: about two minutes. */
const mostCrashes = { beforeReady: 3, afterReady: 10 }

/** Keeps one process running in a process group of its own, and stops it together with all that it started. */
export class Supervised {
  readonly #options: SupervisedOptions
  #child: ChildProcess | undefined
  #id: ProcessId | undefined
  #stop = new AbortController()
  #running: Promise<void> = Promise.resolve()
  #wanted = false

  constructor(options: SupervisedOptions) {
    this.#options = options
  }

  /** The process that runs now. */
  get id(): ProcessId | undefined {
    return this.#id
  }

  /** Starts it, unless it is already wanted. What then happens is told by `onChange`. */
  start(): void {
    if (this.#wanted) return
    this.#wanted = true
    const before = this.#running
    this.#stop = new AbortController()
    this.#running = before.then(() => this.#keepRunning(this.#stop.signal))
  }

  /**
   * Asks the process to end, and kills its whole tree after `withinMs`.
   * @returns whether it ended by itself
   */
  async stop(withinMs: number): Promise<boolean> {
    if (!this.#wanted) return true
    this.#wanted = false
    const child = this.#child
    this.#stop.abort()
    if (child) this.#tell('stopping')
    let ended = true
    // Remembered while its parent lives: PostgreSQL's backends lead sessions of their own.
    const tree = child?.pid ? treeOf(child.pid) : []
    child?.kill('SIGTERM')
    const timer = setTimeout(() => {
      ended = false
      this.kill(tree)
    }, withinMs)
    await this.#running
    clearTimeout(timer)
    this.#tell('stopped', ended ? '' : `did not end within ${withinMs / 1_000} s and was killed`)
    return ended
  }

  /** Kills the process, its group and the given processes at once. */
  kill(tree: readonly ProcessId[] = this.#child?.pid ? treeOf(this.#child.pid) : []): void {
    if (this.#child?.pid) killGroup(this.#child.pid)
    for (const each of tree) if (isRunning(each)) killQuietly(each.pid)
  }

  async #keepRunning(stopped: AbortSignal): Promise<void> {
    const { backoffMs = defaultBackoffMs } = this.#options
    let crashes = 0
    let everReady = false
    while (!stopped.aborted) {
      const { detail, readyForMs } = await this.#runOnce(stopped)
      if (stopped.aborted) return
      everReady ||= readyForMs > 0
      crashes = readyForMs > recoveredAfterMs ? 1 : crashes + 1
      // Once is enough: the same crash mostly repeats itself.
      const output = crashes === 1 ? lastLines(this.#options.logFile, shownLines) : []
      if (crashes >= (everReady ? mostCrashes.afterReady : mostCrashes.beforeReady)) {
        this.#wanted = false
        this.#tell('failed', `${detail}; gave up after ${crashes} attempts`, output)
        return
      }
      const wait = backoffMs[Math.min(crashes, backoffMs.length) - 1] ?? 1_000
      this.#tell('restarting', `${detail}; again in ${wait / 1_000} s`, output)
      await sleep(wait, undefined, { signal: stopped }).catch(() => {})
    }
  }

  /** One life of the process. */
  async #runOnce(stopped: AbortSignal): Promise<{ detail: string; readyForMs: number }> {
    let spawned: { child: ChildProcess; ended: Promise<string> }
    try {
      spawned = this.#spawn()
    } catch (error) {
      return { detail: `could not be started (${(error as Error).message})`, readyForMs: 0 }
    }
    const { child, ended } = spawned
    this.#child = child
    this.#id = child.pid ? processId(child.pid) : undefined
    this.#tell('starting')
    const probing = new AbortController()
    let readySince = 0
    const probe = this.#untilReady(AbortSignal.any([probing.signal, stopped])).then((ready) => {
      if (!ready) return
      readySince = Date.now()
      this.#tell('ready')
    })
    const detail = await ended
    probing.abort()
    await probe
    // Whatever it started and did not stop itself.
    if (child.pid) killGroup(child.pid)
    this.#child = undefined
    this.#id = undefined
    return { detail, readyForMs: readySince ? Date.now() - readySince : 0 }
  }

  #spawn() {
    const { command, env, logFile } = this.#options
    const { file, args, env: added, cwd = root } = command()
    mkdirSync(dirname(logFile), { recursive: true })
    const log = openLog(logFile)
    try {
      // A group of its own: a Ctrl-C in the terminal reaches the launcher alone, which then stops all in order.
      const options = { cwd, env: { ...env, ...added }, detached: true, stdio: ['ignore', log, log] as const }
      const child = spawn(file, args, { ...options, stdio: [...options.stdio] })
      const ended = new Promise<string>((resolve) => {
        child.once('error', (error) => resolve(`could not be started (${error.message})`))
        child.once('exit', (code, signal) =>
          resolve(signal ? `was ended by ${signal}` : `exited with code ${code ?? 'unknown'}`),
        )
      })
      return { child, ended }
    } finally {
      closeSync(log)
    }
  }

  /**
   * Probes until it answers. What it needs may come later (a database that was repaired), so a process that is late is
   * told of, and not killed. False when the signal came first.
   */
  async #untilReady(signal: AbortSignal): Promise<boolean> {
    const { ready, readyWithinMs, logFile } = this.#options
    const began = Date.now()
    let late = false
    if (!ready) await sleep(settleMs, undefined, { signal }).catch(() => {})
    while (!signal.aborted) {
      if (!ready || (await answers(ready, logFile))) return !signal.aborted
      if (!late && Date.now() - began > readyWithinMs) {
        late = true
        this.#tell(
          'unready',
          `runs, but was not ready within ${readyWithinMs / 1_000} s`,
          lastLines(logFile, shownLines),
        )
      }
      await sleep(late ? lateProbeEveryMs : probeEveryMs, undefined, { signal }).catch(() => {})
    }
    return false
  }

  #tell(state: ProcessState, detail = '', output: readonly string[] = []): void {
    this.#options.onChange({ state, detail, output })
  }
}

async function answers(ready: Ready, logFile: string): Promise<boolean> {
  if ('line' in ready)
    return tail(logFile, 65_536)
      .split('\n')
      .some((line) => ready.line.test(line))
  try {
    const response = await fetch(ready.url, { signal: AbortSignal.timeout(2_000) })
    await response.body?.cancel()
    return response.ok
  } catch {
    return false
  }
}

/** Ends every process of a group at once; a group that is gone is no error. */
export const killGroup = (group: number): void => killQuietly(-group)

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // Already gone.
  }
}
