import { cpus, freemem, totalmem, uptime } from 'node:os'

export interface HostState {
  readonly cpu: { readonly usage: number; readonly cores: number }
  readonly memory: {
    readonly total: number
    readonly used: number
    readonly free: number
    readonly usagePercent: number
  }
  readonly uptime: number
}

export const rounded = (value: number, digits = 2): number => {
  const factor = 10 ** digits
  return Math.round(value * factor) / factor
}

/** Reads the machine: CPU use in per cent of all cores since the reading before, memory in bytes, uptime in seconds. */
export const hostReader = (): (() => HostState) => {
  let before = cpuTimes()
  return () => {
    const now = cpuTimes()
    const all = now.all - before.all
    const usage = all > 0 ? (100 * (now.busy - before.busy)) / all : 0
    // Two readings in one tick of the kernel's clock say nothing.
    if (all > 0) before = now
    const [total, free] = [totalmem(), freemem()]
    const used = total - free
    return {
      cpu: { usage: rounded(Math.min(100, Math.max(0, usage))), cores: now.cores },
      memory: { total, used, free, usagePercent: rounded((100 * used) / total) },
      uptime: Math.round(uptime()),
    }
  }
}

const cpuTimes = (): { all: number; busy: number; cores: number } => {
  const cores = cpus()
  const all = cores.reduce((sum, { times }) => sum + Object.values(times).reduce((a, b) => a + b, 0), 0)
  const idle = cores.reduce((sum, { times }) => sum + times.idle, 0)
  return { all, busy: all - idle, cores: cores.length }
}
