import { useEffect, useRef } from 'preact/hooks'
import { happened } from './live.ts'

/** Milliseconds that several events in a row wait for each other: one reading shows them all. */
const gatherMs = 500

/** Does something soon after an event of this type was told live: `useHappened('sync', jobs.reload)`. */
export const useHappened = (type: string, work: () => void): void => {
  const latest = useRef(work)
  latest.current = work
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const stop = happened.subscribe((event) => {
      if (event?.type !== type || timer !== undefined) return
      timer = setTimeout(() => {
        timer = undefined
        latest.current()
      }, gatherMs)
    })
    return () => {
      stop()
      clearTimeout(timer)
    }
  }, [type])
}
