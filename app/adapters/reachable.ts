import type { ProviderState } from './outside.ts'

/** Milliseconds for which an answer is given again: pages ask every few seconds, and there are many pages. */
const keptMs = 5_000

interface Probed {
  /** @throws when the provider does not answer well within the limit */
  probe(limitMs: number): Promise<unknown>
  state(): Pick<ProviderState, 'rateLimitedUntil'>
}

/**
 * Asks whether a provider answers. One that has asked us to wait does, and is left alone. Everybody who asks at once shares
 * one probe; who has less patience than the first is told false when it runs out. Never throws. Whoever must know more
 * exactly says how old, in milliseconds, an answer may be.
 */
export const reachability = ({ probe, state }: Probed): ((limitMs: number, oldestMs?: number) => Promise<boolean>) => {
  let known: { readonly answer: boolean; readonly at: number } | undefined
  let pending: Promise<boolean> | undefined

  const ask = async (limitMs: number): Promise<boolean> => {
    const answer = await probe(limitMs).then(
      () => true,
      () => state().rateLimitedUntil !== undefined,
    )
    known = { answer, at: performance.now() }
    pending = undefined
    return answer
  }

  return async (limitMs, oldestMs = keptMs) => {
    if (state().rateLimitedUntil) return true
    if (known && performance.now() - known.at < oldestMs) return known.answer
    pending ??= ask(limitMs)
    return await within(limitMs, pending)
  }
}

const within = async (limitMs: number, answer: Promise<boolean>): Promise<boolean> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), limitMs)
  })
  try {
    return await Promise.race([answer, late])
  } finally {
    clearTimeout(timer)
  }
}
