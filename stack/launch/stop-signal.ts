import { commandOf, isRunning, type ProcessId, parentOf, processId } from './processes.ts'

export interface StopRequest {
  /** "Ctrl-C", for people. */
  readonly why: string
}

export interface StopHandlers {
  readonly onStop: (request: StopRequest) => void
  /** Asked a second time: at once. */
  readonly onHurry: () => void
}

/** npm passes on a Ctrl-C that the terminal has already sent to us: within this time it is the same one. */
const sameMs = 700
const parentEveryMs = 1_000
const names = { SIGINT: 'Ctrl-C', SIGTERM: 'SIGTERM', SIGHUP: 'the terminal was closed' } as const

/**
 * Tells when the stack is to stop: by a signal, or because whoever started it (npm, the shell between, a test) is gone.
 * @returns what ends the watch
 */
export function watchForStop({ onStop, onHurry }: StopHandlers, now: () => number = Date.now): () => void {
  let asked: number | undefined
  const ask = (why: string) => {
    if (asked === undefined) {
      asked = now()
      onStop({ why })
    } else if (now() - asked > sameMs) {
      onHurry()
    }
  }
  const listeners = Object.entries(names).map(([signal, why]) => {
    const listener = () => ask(why)
    process.on(signal, listener)
    return () => process.off(signal, listener)
  })
  const starters = startersOf(process.pid)
  const timer = setInterval(() => {
    if (asked === undefined && starters.some((starter) => !isRunning(starter))) ask('what started it has ended')
  }, parentEveryMs)
  timer.unref()
  return () => {
    clearInterval(timer)
    for (const remove of listeners) remove()
  }
}

/** Our parent, and the npm above it where there is one. A process that was started by init has none. */
function startersOf(pid: number): ProcessId[] {
  const starters: ProcessId[] = []
  let parent = parentOf(pid)
  // npm → sh → us.
  for (let level = 0; parent !== undefined && parent > 1 && level < 3; level++) {
    if (level === 0 || /\bnpm\b/.test(commandOf(parent))) starters.push(processId(parent))
    parent = parentOf(parent)
  }
  return starters
}
