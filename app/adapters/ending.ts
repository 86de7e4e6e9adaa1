/** The end of a call that is no failure of the provider's: the caller went away, or the process stops. */
export class Ended extends Error {
  readonly reason: unknown
  constructor(reason: unknown) {
    super('the call was ended')
    this.reason = reason
  }
}

/** Thrown in place of a failure after which trying again at once is no use; most often nothing was sent at all. */
export class Final extends Error {
  readonly failure: unknown
  readonly wasSent: boolean
  constructor(failure: unknown, wasSent: boolean) {
    super('no further attempt')
    this.failure = failure
    this.wasSent = wasSent
  }
}

/** What a failed request looks like to one whose signal has ended: its caller's end, else the limit. */
export const endOf = (signal: AbortSignal, timedOut: () => Error): Error =>
  signal.reason instanceof Ended ? signal.reason : timedOut()

/** Ends a call with the caller's signal. A caller's time limit is a failure of the provider's; all else is not. */
export const endWith = (signal: AbortSignal | undefined, ended: AbortController): (() => void) => {
  const end = () => {
    const isLimit = signal?.reason instanceof Error && signal.reason.name === 'TimeoutError'
    ended.abort(isLimit ? signal.reason : new Ended(signal?.reason))
  }
  if (signal?.aborted) end()
  signal?.addEventListener('abort', end)
  return () => signal?.removeEventListener('abort', end)
}

/** Does not wait for pauses between attempts. */
export const untilEnded = async <T>(signal: AbortSignal, work: Promise<T>, timedOut: () => Error): Promise<T> => {
  let end: (() => void) | undefined
  const ended = new Promise<never>((_, reject) => {
    end = () => reject(endOf(signal, timedOut))
    if (signal.aborted) end()
    signal.addEventListener('abort', end)
  })
  try {
    return await Promise.race([work, ended])
  } finally {
    if (end) signal.removeEventListener('abort', end)
  }
}
