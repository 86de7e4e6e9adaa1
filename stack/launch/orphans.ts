import { setTimeout as sleep } from 'node:timers/promises'
import type { ServiceName } from '../ports.ts'
import { bootId, isRunning, type ProcessId, processesWith, treeOf } from './processes.ts'
import type { StackState } from './state.ts'

/** Every process that a launcher starts carries this variable with its run folder, and so do their children. */
export const runVariable = 'CRM_STACK_RUN'

export interface Orphan {
  readonly name: ServiceName | 'unknown'
  readonly process: ProcessId
}

/**
 * What a launcher that was killed left running: the processes that it noted, if each is still the very same (a pid is
 * given to others later), and those that carry its mark. Ourselves are never among them.
 */
export function findOrphans(run: string, state: StackState | undefined): Orphan[] {
  const noted = (state?.bootId === bootId() ? state.services : []).flatMap(({ name, process }) =>
    process?.startTime && isRunning(process) ? [{ name, process }] : [],
  )
  const known = new Set(noted.flatMap(({ process }) => treeOf(process.pid).map(({ pid }) => pid)))
  const marked = processesWith(runVariable, run).filter(({ pid }) => !known.has(pid) && pid !== process.pid)
  return [...noted, ...marked.map((found): Orphan => ({ name: 'unknown', process: found }))]
}

/** Asks them to end, the last started first, and kills after `withinMs` what is left of their trees. */
export async function stopOrphans(orphans: readonly Orphan[], withinMs = 5_000): Promise<void> {
  const trees = orphans.flatMap(({ process }) => treeOf(process.pid))
  for (const orphan of orphans.toReversed()) send(orphan.process, 'SIGTERM')
  const deadline = Date.now() + withinMs
  while (trees.some(isRunning) && Date.now() < deadline) await sleep(100)
  for (const each of trees) if (isRunning(each)) send(each, 'SIGKILL')
  while (trees.some(isRunning) && Date.now() < deadline + 1_000) await sleep(50)
}

function send({ pid }: ProcessId, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // Ended meanwhile.
  }
}
