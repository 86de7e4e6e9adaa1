import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

/** The file whose process owns an embedded server. */
const owner = 'embedded-main.ts'

/** How long a server gets to shut down, in milliseconds. */
const limitMs = 10_000

/**
 * Ends a server that still runs on this data folder although the process that started it was killed (`kill -9` leaves the
 * server behind). Without one it does nothing.
 * @throws an Error when the server belongs to a process that is alive
 */
export const stopOrphan = async (folder: string): Promise<void> => {
  const pid = await runningServer(folder)
  if (pid === undefined) return
  const parent = await describeProcess(pid, 'ppid')
  const parentCommand = parent === undefined ? undefined : await describeProcess(Number(parent), 'args')
  if (parentCommand?.includes(owner))
    throw new Error(`the PostgreSQL data in ${folder} is in use by another process (${parent}): stop that one first`)
  // SIGINT is PostgreSQL's fast shutdown.
  process.kill(pid, 'SIGINT')
  const deadline = Date.now() + limitMs
  while ((await runningServer(folder)) === pid) {
    if (Date.now() > deadline)
      throw new Error(`a PostgreSQL (process ${pid}) left behind on ${folder} does not stop: end it with kill ${pid}`)
    await sleep(50)
  }
}

/** The server's process id, which PostgreSQL keeps in the first line of `postmaster.pid`; undefined when it is not alive. */
const runningServer = async (folder: string): Promise<number | undefined> => {
  const text = await readFile(join(folder, 'postmaster.pid'), 'utf8').catch(() => '')
  const pid = Number.parseInt(text, 10)
  if (!Number.isInteger(pid)) return undefined
  // The file of a server that was killed may name a process id that somebody else has by now.
  const command = await describeProcess(pid, 'args')
  return command?.includes('postgres') ? pid : undefined
}

const run = promisify(execFile)

/** One field of a process by `ps`; undefined when there is no such process. */
const describeProcess = async (pid: number, field: 'ppid' | 'args'): Promise<string | undefined> => {
  try {
    const { stdout } = await run('ps', ['-o', `${field}=`, '-p', String(pid)])
    return stdout.trim() || undefined
  } catch {
    return undefined
  }
}
