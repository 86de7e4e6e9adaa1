import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freeOffset } from '../../stack/launch/free-ports.ts'
import { runVariable } from '../../stack/launch/orphans.ts'
import { processesWith } from '../../stack/launch/processes.ts'
import { type Place, root } from '../../stack/place.ts'

/** A place for a stack of a test's own: a data folder under the one for temporary files, and ports that are free now. */
export async function ownPlace(): Promise<Place & { readonly remove: () => Promise<void> }> {
  const data = await mkdtemp(join(tmpdir(), 'stack-'))
  const offset = await freeOffset(400)
  if (offset === undefined) throw new Error('there is no offset at which all ports of a stack are free')
  return { offset, data, run: join(data, 'run'), remove: () => rm(data, { recursive: true, force: true }) }
}

export interface Finished {
  readonly code: number | null
  readonly output: string
}

/** A launcher of a test, as `npm start` starts it. */
export class Launcher {
  readonly place: Place
  readonly child: ChildProcess
  readonly ended: Promise<number | null>
  output = ''

  constructor(place: Place, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}) {
    this.place = place
    this.child = spawn(process.execPath, ['stack/launch/main.ts', ...args], {
      cwd: root,
      env: environment(place, env),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text) => {
        this.output += text
      })
    }
    this.ended = new Promise((resolve) => this.child.once('close', (code) => resolve(code)))
  }

  /** Resolves when the output has the text; fails with all output when it has not within the time or has ended. */
  async says(text: RegExp, withinMs: number): Promise<void> {
    const deadline = Date.now() + withinMs
    while (!text.test(this.output)) {
      if (this.child.exitCode !== null || Date.now() > deadline) throw new Error(`never said ${text}:\n${this.output}`)
      await sleep(50)
    }
  }

  /** Sends a signal. @returns the exit code and how long it took to end, in milliseconds */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<{ code: number | null; tookMs: number }> {
    const start = Date.now()
    if (this.child.exitCode === null) this.child.kill(signal)
    return { code: await this.ended, tookMs: Date.now() - start }
  }
}

/** Runs another command of the launcher's to its end: its main program, its control, its reset. */
export async function runScript(
  place: Pick<Place, 'offset' | 'data'>,
  [script, ...args]: readonly [string, ...string[]],
  env: NodeJS.ProcessEnv = {},
): Promise<Finished> {
  const child = spawn(process.execPath, [`stack/launch/${script}`, ...args], {
    cwd: root,
    env: environment(place, env),
    stdio: ['ignore', 'pipe', 'pipe'],
    // One that hangs must not outlive its test.
    timeout: 60_000,
    killSignal: 'SIGKILL',
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text
    })
  }
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, output }
}

/** What a launcher at this place has left running. */
export const leftRunning = (place: Place): string[] =>
  processesWith(runVariable, place.run).map(({ pid }) => String(pid))

/** Vitest's own settings (NODE_ENV=test among them) are not what a person has. */
function environment(place: Pick<Place, 'offset' | 'data'>, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(VITEST|NODE_ENV|TEST|DATABASE_URL|OTEL_|APP_ENV|LOG_LEVEL)/.test(name),
  )
  return { ...Object.fromEntries(own), STACK_PORT_OFFSET: String(place.offset), STACK_DATA_DIR: place.data, ...env }
}
