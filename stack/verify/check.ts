/**
 * A check says what it found; the verifier asks again until all is well or the time is up. Data takes seconds to arrive, so
 * "not yet" and "never" look the same until then.
 */

/** `unavailable`: needs software that is absent here, named in the note. Only `empty` and `error` fail. */
export type State = 'ok' | 'empty' | 'unavailable' | 'error'

export interface Finding {
  readonly state: State
  /** Why: for people. Also beside `ok`, where something is rightly absent. */
  readonly note?: string
}

export interface Check {
  /** What belongs together in the report: a dashboard, "Rules"… */
  readonly group: string
  readonly name: string
  readonly run: (signal: AbortSignal) => Promise<Finding>
}

export interface Result extends Finding {
  readonly group: string
  readonly name: string
}

export const passed = ({ state }: Finding): boolean => state === 'ok' || state === 'unavailable'

export interface SettleOptions {
  /** How long to wait for data, in milliseconds. */
  readonly limitMs: number
  /** Between two rounds. */
  readonly pauseMs?: number
  /** How many questions at a time; the servers share the machine with what they measure. */
  readonly parallel?: number
  readonly signal?: AbortSignal
  /** Told after each round what is still missing. */
  readonly onRound?: (missing: readonly Result[], elapsedMs: number) => void
}

/** Runs every check, and those that fail again until they pass or the time is up. A check that throws is an `error`. */
export const settle = async (checks: readonly Check[], options: SettleOptions): Promise<Result[]> => {
  const { limitMs, pauseMs = 2_000, parallel = 4, signal = new AbortController().signal, onRound } = options
  const started = performance.now()
  const results = new Map<Check, Result>()
  for (;;) {
    const open = checks.filter((check) => !passed(results.get(check) ?? { state: 'empty' }))
    await inParallel(open, parallel, async (check) => {
      results.set(check, { group: check.group, name: check.name, ...(await find(check, signal)) })
    })
    const missing = [...results.values()].filter((result) => !passed(result))
    const elapsed = performance.now() - started
    if (missing.length > 0) onRound?.(missing, elapsed)
    if (missing.length === 0 || elapsed >= limitMs || signal.aborted) break
    await pause(Math.min(pauseMs, limitMs - elapsed), signal)
  }
  return checks.flatMap((check) => results.get(check) ?? [])
}

const find = (check: Check, signal: AbortSignal): Promise<Finding> =>
  check.run(signal).catch((error: unknown): Finding => ({ state: 'error', note: (error as Error).message }))

const inParallel = async <T>(
  items: readonly T[],
  parallel: number,
  work: (item: T) => Promise<void>,
): Promise<void> => {
  const left = [...items]
  await Promise.all(
    Array.from({ length: parallel }, async () => {
      for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item)
    }),
  )
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((done) => {
    const end = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      done()
    }
    const timer = setTimeout(end, Math.max(ms, 0))
    signal.addEventListener('abort', end, { once: true })
  })
