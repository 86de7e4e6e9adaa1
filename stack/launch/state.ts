import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ServiceName } from '../ports.ts'
import type { ProcessId } from './processes.ts'
import type { ProcessState } from './supervised.ts'

/** `waiting` for another service, `building` its binary, `missing`: it cannot be had here. */
export type ServiceState = ProcessState | 'waiting' | 'building' | 'missing'

export interface ServiceStatus {
  readonly name: ServiceName
  readonly state: ServiceState
  /** When it came into this state, ISO 8601. */
  readonly since: string
  /** Why, or what it waits for; '' where there is nothing to add. */
  readonly detail: string
  /** The server's own version; '' for our own processes. */
  readonly version: string
  readonly process: ProcessId | null
}

/** What `.data/run/state.json` holds while a stack runs, for the console, the verifier and the next launcher. */
export interface StackState {
  readonly launcher: ProcessId
  readonly bootId: string
  readonly startedAt: string
  readonly offset: number
  readonly services: readonly ServiceStatus[]
}

export const stateFile = (run: string): string => join(run, 'state.json')

/** In one step, so that a reader never sees half of it. */
export function writeState(run: string, state: StackState): void {
  const file = stateFile(run)
  writeFileSync(`${file}.new`, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 })
  renameSync(`${file}.new`, file)
}

/** Undefined when no stack ran here, or the file is damaged. */
export function readState(run: string): StackState | undefined {
  try {
    const state = JSON.parse(readFileSync(stateFile(run), 'utf8')) as StackState
    return Array.isArray(state.services) && state.launcher ? state : undefined
  } catch {
    return undefined
  }
}
