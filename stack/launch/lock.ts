import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Place } from '../place.ts'
import { Problem } from './problem.ts'
import { isRunning, type ProcessId, processId } from './processes.ts'

interface Holder extends ProcessId {
  readonly startedAt: string
  /** What a person opens. */
  readonly url: string
}

const lockFile = (run: string): string => join(run, 'launcher.lock')

/** The launcher that runs in this folder, if there is one. */
export function runningLauncher(run: string): Holder | undefined {
  try {
    const holder = JSON.parse(readFileSync(lockFile(run), 'utf8')) as Holder
    return isRunning(holder) ? holder : undefined
  } catch {
    return undefined
  }
}

/** Makes this process the only launcher of the folder. @returns what gives it back @throws Problem when there is another */
export function lockFolder({ run }: Place, url: string): () => void {
  const file = lockFile(run)
  const own: Holder = { ...processId(process.pid), startedAt: new Date().toISOString(), url }
  // Once more after removing the lock of a launcher that is gone.
  for (let attempt = 1; ; attempt++) {
    try {
      writeFileSync(file, JSON.stringify(own), { flag: 'wx', mode: 0o600 })
      return () => rmSync(file, { force: true })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || attempt === 3) throw error
    }
    const holder = runningLauncher(run)
    if (holder) {
      throw new Problem(
        `Already running since ${holder.startedAt}, pid ${holder.pid}: open ${holder.url}\n` +
          'A second stack beside it needs its own ports and folder: STACK_PORT_OFFSET=500 STACK_DATA_DIR=.data/second npm start',
      )
    }
    rmSync(file, { force: true })
  }
}
