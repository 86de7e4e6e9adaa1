import { outsideOfRequests } from '../telemetry/request-context.ts'
import { within } from '../time-limit.ts'

export const healthStates = ['ok', 'degraded', 'error'] as const
export type HealthState = (typeof healthStates)[number]

/** How one thing is, asked at most once at a time. */
export interface Probe {
  /** The last answer where it is fresh, else a new one. Never throws, and never takes longer than the probe's limit. */
  read(): Promise<HealthState>
  /** Asks anew, whatever is known. */
  refresh(): Promise<HealthState>
  /** The last answer; undefined before the first. */
  last(): HealthState | undefined
}

interface ProbeOptions {
  /** What does not answer within this many milliseconds is in error. */
  readonly limitMs: number
  /** For how many milliseconds an answer serves everybody who asks. */
  readonly freshMs: number
}

/** @param check throws, or says `error`, when the thing cannot be used */
export const probe = (check: () => Promise<HealthState>, { limitMs, freshMs }: ProbeOptions): Probe => {
  let known: { readonly state: HealthState; readonly at: number } | undefined
  let running: Promise<HealthState> | undefined

  const refresh = (): Promise<HealthState> => {
    running ??= outsideOfRequests(async () => {
      const state = await within(limitMs, (async () => check())()).catch(() => 'error' as const)
      known = { state, at: performance.now() }
      running = undefined
      return state
    })
    return running
  }
  return {
    refresh,
    read: async () => (known && performance.now() - known.at < freshMs ? known.state : await refresh()),
    last: () => known?.state,
  }
}
