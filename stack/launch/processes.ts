import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'

/**
 * What Linux tells about processes under /proc. Where there is no /proc (macOS) nothing is known: memory is not shown,
 * and no process of an earlier launcher is ever killed.
 */

/** A process for certain: a pid alone is given to another process later. */
export interface ProcessId {
  readonly pid: number
  /** Clock ticks since boot at which it started; '' where unknown. */
  readonly startTime: string
}

interface Stat extends ProcessId {
  readonly state: string
  readonly parent: number
  readonly group: number
}

function readStat(pid: number): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The second field is the command in brackets and may itself hold spaces and brackets.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    const [state = '', parent, group] = fields
    return { pid, state, parent: Number(parent), group: Number(group), startTime: fields[19] ?? '' }
  } catch {
    return undefined
  }
}

export const processId = (pid: number): ProcessId => ({ pid, startTime: readStat(pid)?.startTime ?? '' })

export const parentOf = (pid: number): number | undefined => readStat(pid)?.parent

/** Whether this very process still runs. Zombies do not. */
export function isRunning({ pid, startTime }: ProcessId): boolean {
  const stat = readStat(pid)
  if (stat) return stat.startTime === startTime && stat.state !== 'Z'
  if (existsSync('/proc/self/stat')) return false
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** Changes with each boot of the machine: after one, pids and start times say nothing. */
export function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  } catch {
    return ''
  }
}

/** The command line, shortened; '' when there is none to see. */
export function commandOf(pid: number): string {
  const text = read(`/proc/${pid}/cmdline`).split('\0').join(' ').trim()
  return text.length > 80 ? `${text.slice(0, 79)}…` : text
}

function allProcesses(): Stat[] {
  const names = existsSync('/proc/self/stat') ? readdirSync('/proc') : []
  return names.filter((name) => /^\d+$/.test(name)).flatMap((name) => readStat(Number(name)) ?? [])
}

/** The process, everything it started, and what is left of its process group. Zombies are left out. */
export function treeOf(pid: number, processes: readonly Stat[] = allProcesses()): Stat[] {
  const found = new Set([pid])
  for (let size = 0; size !== found.size; ) {
    size = found.size
    for (const { pid: each, parent, group } of processes) if (found.has(parent) || group === pid) found.add(each)
  }
  return processes.filter((each) => found.has(each.pid) && each.state !== 'Z')
}

/**
 * Resident memory in bytes of each process with all that it started. What processes share (PostgreSQL's buffers,
 * libraries) is counted once, as the largest share of one of them.
 */
export function memoryOf(pids: readonly number[]): Map<number, number> {
  const processes = allProcesses()
  const sizes = new Map<number, number>()
  for (const pid of pids) {
    const pages = treeOf(pid, processes).map((each) => read(`/proc/${each.pid}/statm`).split(' ').map(Number))
    const own = pages.reduce((sum, [, resident = 0, shared = 0]) => sum + resident - shared, 0)
    const shared = Math.max(0, ...pages.map(([, , each = 0]) => each))
    if (pages.length > 0) sizes.set(pid, (own + shared) * pageBytes)
  }
  return sizes
}

/** The page size of every Linux on x86-64 and of nearly every one on arm64; Node has no call for it. */
const pageBytes = 4_096

/** Processes that carry `name=value` in the environment with which they were started. */
export function processesWith(name: string, value: string): ProcessId[] {
  const entry = `${name}=${value}`
  return allProcesses().filter(
    ({ pid, state }) => state !== 'Z' && read(`/proc/${pid}/environ`).split('\0').includes(entry),
  )
}

/** The process that listens on a TCP port of this machine, where it can be seen (another user's cannot). */
export function listenerOn(port: number): { readonly pid: number; readonly command: string } | undefined {
  const inodes = new Set(['tcp', 'tcp6'].flatMap((table) => listeningInodes(read(`/proc/net/${table}`), port)))
  if (inodes.size === 0) return undefined
  for (const { pid } of allProcesses()) {
    for (const link of links(`/proc/${pid}/fd`)) {
      const inode = /^socket:\[(\d+)\]$/.exec(link)?.[1]
      if (inode && inodes.has(inode)) return { pid, command: commandOf(pid) }
    }
  }
  return undefined
}

/** In /proc/net/tcp: `sl local_address rem_address st … inode`, addresses as hex, state 0A is listening. */
export function listeningInodes(table: string, port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  return table
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local, , state]) => local?.endsWith(suffix) && state === '0A')
    .flatMap((fields) => fields[9] ?? [])
}

function links(folder: string): string[] {
  try {
    return readdirSync(folder).flatMap((name) => {
      try {
        return readlinkSync(`${folder}/${name}`)
      } catch {
        return []
      }
    })
  } catch {
    return []
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
