import { execFile } from 'node:child_process'
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Place } from '../../../stack/place.ts'

const run = promisify(execFile)

/** A file system of a few megabytes under the collector's queues. */
export interface SmallDisk {
  /** Takes all that is left. */
  fill(): void
  free(): void
  remove(): Promise<void>
}

/** Half of it is the queues': the one of metrics, the smallest, holds a minute. */
const megabytes = 64

/** Before the stack starts. @returns the reason where this machine does not let us */
export const withSmallDisk = async (place: Place): Promise<SmallDisk | string> => {
  const folder = join(place.data, 'collector', 'queue')
  mkdirSync(folder, { recursive: true })
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder])
  } catch (error) {
    return `a file system cannot be mounted here: ${(error as Error).message.split('\n')[1] ?? 'mount failed'}`
  }
  const ballast = join(folder, 'ballast')
  return {
    fill: () => {
      const file = openSync(ballast, 'a')
      try {
        for (const size of [65_536, 4_096]) writeUntilFull(file, Buffer.alloc(size))
      } finally {
        closeSync(file)
      }
    },
    free: () => rmSync(ballast, { force: true }),
    remove: async () => {
      await run('umount', ['--lazy', folder])
    },
  }
}

const writeUntilFull = (file: number, block: Buffer): void => {
  try {
    for (;;) writeSync(file, block)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
  }
}
