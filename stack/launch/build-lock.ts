import { readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'

/** The holder touches the file this often … */
const heartbeatMs = 2_000
/** … and whoever waits takes a lock over that was not touched for so long (its process hangs, or its id was reused). */
const staleAfterMs = 30_000
const pollMs = 250

export interface LockOptions {
  readonly signal?: AbortSignal | undefined
  /** Called at each look at a lock that another process holds. */
  readonly onWait?: (() => void) | undefined
}

/**
 * Runs `work` while holding the lock file `path`, waiting for another holder to finish first.
 * A lock whose process is gone is taken over. Two waiters that take over in the same instant may both run:
 * so what is done under the lock must end in one atomic step; the lock only saves doing it twice.
 * Rejects with the signal's reason when aborted while waiting.
 */
export async function withLock<T>(path: string, work: () => Promise<T>, options: LockOptions = {}): Promise<T> {
  while (!(await tryAcquire(path))) {
    options.signal?.throwIfAborted()
    if (await isStale(path)) {
      await rm(path, { force: true })
      continue
    }
    options.onWait?.()
    await sleep(pollMs)
  }
  const heartbeat = setInterval(() => {
    const now = new Date()
    utimes(path, now, now).catch(() => {})
  }, heartbeatMs)
  heartbeat.unref()
  try {
    return await work()
  } finally {
    clearInterval(heartbeat)
    await rm(path, { force: true })
  }
}

async function tryAcquire(path: string): Promise<boolean> {
  try {
    await writeFile(path, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

async function isStale(path: string): Promise<boolean> {
  try {
    const [pid, { mtimeMs }] = [Number(await readFile(path, 'utf8')), await stat(path)]
    return Date.now() - mtimeMs > staleAfterMs || (pid > 0 && !isAlive(pid))
  } catch {
    // Released between the attempt and this look: not stale, the next attempt decides.
    return false
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
