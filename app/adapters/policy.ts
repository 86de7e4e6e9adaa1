import {
  type CircuitBreakerPolicy,
  ConsecutiveBreaker,
  circuitBreaker,
  ExponentialBackoff,
  halfJitterGenerator,
  handleWhen,
  type RetryPolicy,
  retry,
  type TimeoutPolicy,
  TimeoutStrategy,
  timeout,
} from 'cockatiel'
import { AdapterError } from './outside.ts'

/** How patient we are with a provider. Durations in milliseconds. */
export interface Policy {
  /** For one attempt, the answer's body included. */
  readonly limitMs: number
  /** Further attempts at an idempotent operation. */
  readonly retries: number
  /** Before the first retry; it doubles with each, half of it by chance. */
  readonly firstDelayMs: number
  readonly longestDelayMs: number
  /** The longest `Retry-After` that is waited for in here; a longer one is the caller's to wait for. */
  readonly longestSleepMs: number
  /** Attempts that must fail one after the other before no more are made for a while. */
  readonly breakerFailures: number
  /** How long none are made; it doubles each time that the provider is tried in vain. */
  readonly breakerFirstMs: number
  readonly breakerLongestMs: number
}

export const defaultPolicy: Policy = {
  limitMs: 5_000,
  retries: 2,
  firstDelayMs: 300,
  longestDelayMs: 2_000,
  longestSleepMs: 2_000,
  breakerFailures: 5,
  breakerFirstMs: 2_000,
  breakerLongestMs: 30_000,
}

const isRateLimited = (thrown: unknown): boolean => thrown instanceof AdapterError && thrown.reason === 'rate_limited'

/** What speaks against the provider itself: it is silent, or fails. */
export const isTrouble = (thrown: unknown): boolean =>
  thrown instanceof AdapterError && (thrown.reason === 'timeout' || thrown.reason === 'dependency_unavailable')

export interface Policies {
  readonly breaker: CircuitBreakerPolicy
  readonly retries: RetryPolicy
  readonly limit: TimeoutPolicy
}

/** The policy as cockatiel's. One provider has one breaker. */
export const policiesOf = (policy: Policy): Policies => ({
  breaker: circuitBreaker(handleWhen(isTrouble), {
    breaker: new ConsecutiveBreaker(policy.breakerFailures),
    halfOpenAfter: new ExponentialBackoff({
      generator: halfJitterGenerator,
      initialDelay: policy.breakerFirstMs,
      maxDelay: policy.breakerLongestMs,
    }),
  }),
  retries: retry(
    handleWhen((thrown) => isTrouble(thrown) || isRateLimited(thrown)),
    {
      maxAttempts: policy.retries,
      backoff: new ExponentialBackoff({
        generator: halfJitterGenerator,
        initialDelay: policy.firstDelayMs,
        maxDelay: policy.longestDelayMs,
      }),
    },
  ),
  limit: timeout(policy.limitMs, TimeoutStrategy.Cooperative),
})
