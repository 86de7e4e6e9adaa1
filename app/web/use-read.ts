import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import { resyncs } from './live.ts'

export interface Reading<T> {
  /** The last that was read, also while it is read anew or that failed. */
  readonly data: T | undefined
  /** Why the last attempt failed; undefined when it did not. */
  readonly error: unknown
  readonly isLoading: boolean
  readonly reload: () => void
}

/**
 * Reads something from the service: at once, whenever `key` changes, when the page was cut off for a while, and every
 * `everyMs` while the page is seen.
 */
export const useRead = <T>(key: string, work: () => Promise<T>, everyMs?: number): Reading<T> => {
  const [state, setState] = useState<{ key: string; data?: T; error?: unknown; isLoading: boolean }>({
    key,
    isLoading: true,
  })
  const latest = useRef(work)
  latest.current = work
  const round = useRef(0)

  const load = useCallback(() => {
    const mine = ++round.current
    setState((before) => (before.key === key ? { ...before, isLoading: true } : { key, isLoading: true }))
    latest.current().then(
      (data) => {
        if (mine === round.current) setState({ key, data, isLoading: false })
      },
      (error: unknown) => {
        if (mine === round.current) setState((before) => ({ ...before, error, isLoading: false }))
      },
    )
  }, [key])

  const missed = resyncs.value
  useEffect(() => {
    load()
    return () => {
      round.current++
    }
  }, [load, missed])
  useEffect(() => {
    if (everyMs === undefined) return
    const timer = setInterval(() => {
      if (!document.hidden) load()
    }, everyMs)
    return () => clearInterval(timer)
  }, [load, everyMs])

  const isCurrent = state.key === key
  return {
    data: isCurrent ? state.data : undefined,
    error: isCurrent ? state.error : undefined,
    isLoading: state.isLoading,
    reload: load,
  }
}
