import { existsSync, mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Place } from '../place.ts'
import { diskProblem, Problem } from './problem.ts'

/** PostgreSQL's first data takes 60 MB, and a day of local traffic some 300 MB in Prometheus, Loki and the collector. */
const neededBytes = 500_000_000
/** Below this servers begin to refuse writes: time to say so. */
const lowBytes = 100_000_000

/** Makes the folders and proves that they can be written and have room. @throws Problem */
export function prepareFolders(place: Place): void {
  try {
    makeFolder(join(place.run, 'logs'))
    const probe = join(place.run, 'probe')
    writeFileSync(probe, Buffer.alloc(4_096))
    rmSync(probe)
  } catch (error) {
    throw diskProblem(error, place.data) ?? error
  }
  const free = freeBytes(place.data)
  if (free < neededBytes) {
    throw new Problem(
      `The disk that holds ${place.data} is nearly full: ${megabytes(free)} are free, the stack needs ${megabytes(neededBytes)}. ` +
        'Free some space, or set STACK_DATA_DIR to a folder elsewhere.',
    )
  }
}

/**
 * As `mkdir -p`. Node's own `recursive` says ENOENT for a read-only disk, and never returns under /proc.
 */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return
  makeFolder(dirname(folder))
  mkdirSync(folder)
}

/** A sentence when the disk runs full while the stack runs. */
export function diskWarning(place: Place): string | undefined {
  const free = freeBytes(place.data)
  return free < lowBytes
    ? `The disk that holds ${place.data} is running full: ${megabytes(free)} are left. Servers will refuse to store more.`
    : undefined
}

function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize
}

const megabytes = (bytes: number): string => `${Math.floor(bytes / 1_000_000)} MB`
