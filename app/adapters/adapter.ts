import { setTimeout as sleep } from 'node:timers/promises'
import type { Attributes } from '@opentelemetry/api'
import { BrokenCircuitError, CircuitState } from 'cockatiel'
import { gauge } from '../telemetry/instruments.ts'
import { logger } from '../telemetry/logger.ts'
import { span } from '../telemetry/spans.ts'
import { Ended, endOf, endWith, Final, untilEnded } from './ending.ts'
import { type CallEntity, type Measure, measureCalls } from './measure.ts'
import { AdapterError, type CallContext, type ProviderName, type ProviderState } from './outside.ts'
import { defaultPolicy, type Policy, policiesOf } from './policy.ts'

export interface AdapterOptions<Operation extends string> {
  readonly provider: ProviderName
  /** What it can do, and what that is about. */
  readonly operations: Readonly<Record<Operation, CallEntity>>
  /** Environment variables without which no call can be made, and which are not set. */
  readonly missing: readonly string[]
  readonly policy?: Partial<Policy> | undefined
  /** Told after every request; `isUrgent` when a rate limit begins or the circuit breaker changes. */
  readonly onState?: ((isUrgent: boolean) => void) | undefined
}

export interface CallOptions {
  readonly context?: CallContext | undefined
  /** Whether a second try does no harm. Only then there is one. */
  readonly isIdempotent: boolean
}

export interface Adapter<Operation extends string> {
  readonly provider: ProviderName
  /**
   * One operation: a span, and within it as many attempts as the policy grants. `attempt` must end with its signal, and
   * makes each of its requests through `measure`.
   * @throws AdapterError; the reason of the caller's own signal when that ended it
   */
  call<T>(operation: Operation, options: CallOptions, attempt: (signal: AbortSignal) => Promise<T>): Promise<T>
  readonly measure: Measure<Operation>
  error(operation: Operation, reason: AdapterError['reason'], what: string, details?: ErrorDetails): AdapterError
  /** One attempt without retries, past the breaker: a probe. It ends with its signal. @throws AdapterError */
  attempt<T>(operation: Operation, limitMs: number, work: (signal: AbortSignal) => Promise<T>): Promise<T>
  state(): ProviderState
  /** Another process was asked to wait: so are we. */
  waitUntil(instant: Date): void
  close(): void
}
type ErrorDetails = ConstructorParameters<typeof AdapterError>[2]

const stateNames = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.HalfOpen]: 'half_open',
  [CircuitState.Open]: 'open',
  [CircuitState.Isolated]: 'open',
} as const satisfies Record<CircuitState, ProviderState['breaker']>
const breakerStates = gauge('adapter_circuit_breaker_state')
const breakerValues = { closed: 0, half_open: 1, open: 2 } as const

/** What every client of the outside world has in common: patience, its limits, and the same telemetry for all. */
export const createAdapter = <Operation extends string>(options: AdapterOptions<Operation>): Adapter<Operation> => {
  const { provider, operations, missing, onState } = options
  const policy = { ...defaultPolicy, ...options.policy }
  const log = logger('adapters')
  const ending = new Map<AbortController, Operation>()
  let limitedUntil = 0
  let lastSuccessAt: Date | undefined
  let lastErrorAt: Date | undefined

  const error: Adapter<Operation>['error'] = (operation, reason, what, details) =>
    new AdapterError({ provider, operation, reason }, `${provider}.${operation}: ${what}`, details)

  const { breaker, retries, limit } = policiesOf(policy)
  const state = () => stateNames[breaker.state]
  const showBreaker = () => breakerStates.set(breakerValues[state()], { adapter_type: provider })
  showBreaker()
  breaker.onStateChange(() => {
    showBreaker()
    const level = state() === 'open' ? 'warn' : 'info'
    log[level]({ adapter: provider, breaker: state() }, 'the circuit breaker changed')
    onState?.(true)
  })

  const counted = measureCalls(provider, operations)
  const measure: Measure<Operation> = async (operation, context, work) => {
    try {
      const result = await counted(operation, context, work)
      lastSuccessAt = new Date()
      onState?.(false)
      return result
    } catch (thrown) {
      if (thrown instanceof AdapterError) noteFailure(thrown)
      throw thrown
    }
  }
  const noteFailure = ({ reason, retryAfterMs = 0 }: AdapterError): void => {
    if (reason !== 'not_found') lastErrorAt = new Date()
    const until = reason === 'rate_limited' ? Date.now() + retryAfterMs : 0
    const begins = until > limitedUntil && until > Date.now()
    if (begins) {
      limitedUntil = until
      log.warn({ adapter: provider, retryAfterMs }, 'the provider asks us to wait')
    }
    onState?.(begins)
  }

  /** Until the instant that the provider named nothing is sent. Short waits are waited for, long ones are the caller's. */
  const waitForLimit = async (operation: Operation, signal: AbortSignal): Promise<void> => {
    for (let rest = limitedUntil - Date.now(); rest > 0; rest = limitedUntil - Date.now()) {
      if (rest > policy.longestSleepMs)
        throw new Final(error(operation, 'rate_limited', 'was asked to wait', { retryAfterMs: rest }), false)
      await sleep(rest, undefined, { signal }).catch(() => {})
      if (signal.aborted) throw endOf(signal, () => error(operation, 'timeout', 'no time was left'))
    }
  }

  const attempts = async <T>(
    operation: Operation,
    signal: AbortSignal,
    attempt: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> => {
    await waitForLimit(operation, signal)
    const isOpen = () => new Final(error(operation, 'dependency_unavailable', 'the circuit breaker is open'), false)
    // While the one trial call is under way cockatiel would let the others wait for it.
    if (breaker.state === CircuitState.HalfOpen) throw isOpen()
    try {
      return await breaker.execute(() => limit.execute(({ signal: own }) => attempt(own), signal), signal)
    } catch (thrown) {
      throw thrown instanceof BrokenCircuitError ? isOpen() : thrown
    }
  }

  const isWorthWaiting = (thrown: unknown): boolean =>
    !(thrown instanceof AdapterError) || (thrown.retryAfterMs ?? 0) <= policy.longestSleepMs

  const withRetries = async <T>(
    operation: Operation,
    isIdempotent: boolean,
    signal: AbortSignal,
    attempt: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> => {
    if (!isIdempotent) return await attempts(operation, signal, attempt)
    let last: unknown
    return await retries.execute(async () => {
      if (signal.aborted) throw endOf(signal, () => error(operation, 'timeout', 'no time was left'))
      try {
        return await attempts(operation, signal, attempt)
      } catch (thrown) {
        // What the provider said says more than that we stopped asking.
        if (thrown instanceof Final && last !== undefined) throw new Final(last, true)
        last = thrown
        throw isWorthWaiting(thrown) ? thrown : new Final(thrown, true)
      }
    }, signal)
  }

  /** A probe that succeeds is as good as the trial call of an open breaker: it may close though nobody calls. */
  const tellBreaker = async (): Promise<void> => {
    if (breaker.state === CircuitState.Open) await breaker.execute(() => {}).catch(() => {})
  }

  const call: Adapter<Operation>['call'] = (operation, { context = {}, isIdempotent }, attempt) =>
    span(`${provider}.${operation}`, attributesOf(context), async () => {
      if (missing.length > 0)
        throw error(operation, 'unauthorized', `is not configured; set ${missing.join(' and ')} and start again`)
      const startedAt = performance.now()
      const ended = new AbortController()
      const stopListening = endWith(context.signal, ended)
      ending.set(ended, operation)
      try {
        const timedOut = () => error(operation, 'timeout', 'no time was left')
        return await untilEnded(ended.signal, withRetries(operation, isIdempotent, ended.signal, attempt), timedOut)
      } catch (thrown) {
        const { failure, wasSent } = thrown instanceof Final ? thrown : { failure: thrown, wasSent: true }
        if (failure instanceof Ended) throw failure.reason
        const duration = Math.round(performance.now() - startedAt)
        if (failure instanceof AdapterError)
          log[wasSent ? 'warn' : 'debug'](
            { ...failedCall(failure, context), entity: operations[operation], duration },
            'a call to the outside world failed',
          )
        throw failure
      } finally {
        stopListening()
        ending.delete(ended)
      }
    })

  return {
    provider,
    call,
    measure,
    error,
    attempt: async (operation, limitMs, work) => {
      const ended = new AbortController()
      ending.set(ended, operation)
      const timer = setTimeout(() => ended.abort(), limitMs)
      try {
        const result = await work(ended.signal)
        await tellBreaker()
        return result
      } finally {
        clearTimeout(timer)
        ending.delete(ended)
      }
    },
    state: () => ({
      breaker: state(),
      lastSuccessAt,
      lastErrorAt,
      rateLimitedUntil: limitedUntil > Date.now() ? new Date(limitedUntil) : undefined,
    }),
    waitUntil: (instant) => {
      limitedUntil = Math.max(limitedUntil, instant.getTime())
    },
    close: () => {
      for (const [one, operation] of ending)
        one.abort(new Ended(error(operation, 'dependency_unavailable', 'the process stops')))
    },
  }
}

const attributesOf = ({ tenantId, integrationId }: CallContext): Attributes => ({
  ...(tenantId !== undefined && { 'crm.workspace.id': tenantId }),
  ...(integrationId !== undefined && { 'crm.integration.id': integrationId }),
})

/** The fields of a log line about a call that failed for good. */
const failedCall = (failure: AdapterError, { tenantId, integrationId }: CallContext) => ({
  operation: 'fetch.failed',
  ...(tenantId !== undefined && { tenantId }),
  ...(integrationId !== undefined && { integrationId }),
  adapter: failure.provider,
  call: failure.operation,
  reason: failure.reason,
  retryable: failure.retryable,
  ...(failure.status !== undefined && { status: failure.status }),
})
