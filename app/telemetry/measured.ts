/** Passes on what is measured to who keeps it in the process: the monitoring of the last minute. Never throws. */

export interface MeasuredRequest {
  /** Milliseconds since 1970, when the answer had left. */
  readonly at: number
  /** The route's template. */
  readonly endpoint: string
  readonly method: string
  readonly status: number
  readonly durationMs: number
  readonly userId: string | undefined
  /** `error_type` of an answer of 400 or more. */
  readonly errorType: string | undefined
}

type Listener<Value> = (value: Value) => void

/** A list of listeners, and a function that tells them all. */
export const channel = <Value>() => {
  const listeners = new Set<Listener<Value>>()
  return {
    /** @returns a function that ends it */
    listen: (listener: Listener<Value>): (() => void) => {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
    tell: (value: Value): void => {
      for (const listener of listeners)
        try {
          listener(value)
        } catch {
          // Whoever listens must not fail what was measured.
        }
    },
  }
}

export const measuredRequests = channel<MeasuredRequest>()
/** Milliseconds of each query. */
export const measuredQueries = channel<number>()
