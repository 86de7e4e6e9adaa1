import type { callEntities, externalServices } from '../../catalogue/metrics/values.ts'
import { counter, histogram } from '../telemetry/instruments.ts'
import { AdapterError, type CallContext, type ProviderName } from './outside.ts'

export type CallEntity = (typeof callEntities)[number]
type ExternalService = (typeof externalServices)[number]

const failures = counter('external_api_errors_total')
const requests = counter('adapter_requests_total')
const durations = histogram('adapter_request_duration_seconds')
const rateLimitHits = counter('adapter_rate_limit_hits_total')
const connectionFailures = counter('adapter_connection_failures_total')

const google = { calls: counter('google_api_calls_total'), errors: counter('google_api_errors_total') }
/** The counters that bear a provider's own name; e-mail has none. */
const own = {
  gmail: google,
  google_calendar: google,
  billy: { calls: counter('billy_api_calls_total'), errors: counter('billy_api_errors_total') },
  ghl: { calls: counter('ghl_api_calls_total'), errors: counter('ghl_api_errors_total') },
  aloware: { calls: counter('aloware_api_calls_total'), errors: counter('aloware_api_errors_total') },
  verity: { calls: counter('verity_api_calls_total'), errors: counter('verity_api_errors_total') },
  salesforce: { calls: counter('salesforce_api_calls_total'), errors: counter('salesforce_api_errors_total') },
  hubspot: { calls: counter('hubspot_api_calls_total'), errors: counter('hubspot_api_errors_total') },
  smtp: undefined,
} as const satisfies Record<ProviderName, object | undefined>

/** Counts and times one request to a provider. @throws what `work` throws */
export type Measure<Operation extends string> = <T>(
  operation: Operation,
  context: CallContext,
  work: () => Promise<T>,
) => Promise<T>

/**
 * Counts every request to a provider, each retry too. An error that is no AdapterError (the caller went away) is nobody's
 * failure, and not counted. The series begin at 0 here, so that the first failure is a rise.
 */
export const measureCalls = <Operation extends string>(
  provider: ProviderName,
  operations: Readonly<Record<Operation, CallEntity>>,
): Measure<Operation> => {
  const counters = own[provider]
  /** Google's tokens come from a service of their own. */
  const serviceOf = (operation: Operation): ExternalService =>
    operation === 'token' && counters === google ? 'google_token' : provider
  const labelsOf = ({ tenantId = 'none', integrationId = 'none' }: CallContext) => ({
    tenant_id: tenantId,
    integration_id: integrationId,
    adapter_type: provider,
  })

  const count = (operation: Operation, context: CallContext, seconds: number, error?: AdapterError): void => {
    const forWhom = labelsOf(context)
    const labels = { ...forWhom, entity: operations[operation], status: error ? 'error' : 'success' } as const
    requests.add(1, labels)
    durations.record(seconds, labels)
    counters?.calls.add(1, { operation })
    if (!error) return
    counters?.errors.add(1, { operation })
    failures.add(1, { service: serviceOf(operation), operation })
    if (error.reason === 'rate_limited') rateLimitHits.add(1, forWhom)
    if (isSilence(error)) connectionFailures.add(1, forWhom)
  }

  const nobody = labelsOf({})
  for (const [operation, entity] of Object.entries(operations) as [Operation, CallEntity][]) {
    counters?.calls.add(0, { operation })
    counters?.errors.add(0, { operation })
    failures.add(0, { service: serviceOf(operation), operation })
    for (const status of ['success', 'error'] as const) requests.add(0, { ...nobody, entity, status })
  }
  rateLimitHits.add(0, nobody)
  connectionFailures.add(0, nobody)

  /** A tenant's series begin with its first call, before that has failed: else nobody would see them rise. */
  const begin = (operation: Operation, context: CallContext): void => {
    const forWhom = labelsOf(context)
    for (const status of ['success', 'error'] as const)
      requests.add(0, { ...forWhom, entity: operations[operation], status })
    rateLimitHits.add(0, forWhom)
    connectionFailures.add(0, forWhom)
  }

  return async (operation, context, work) => {
    begin(operation, context)
    const startedAt = performance.now()
    const seconds = () => (performance.now() - startedAt) / 1_000
    try {
      const result = await work()
      count(operation, context, seconds())
      return result
    } catch (error) {
      if (error instanceof AdapterError) count(operation, context, seconds(), error)
      throw error
    }
  }
}

/** Refused, cut, or out of time. */
const isSilence = ({ reason, status }: AdapterError): boolean =>
  status === undefined && (reason === 'dependency_unavailable' || reason === 'timeout')

/** The same for a service that is no provider of `Outside`: only its failures are counted. @throws what `work` throws */
export const measureService = async <T>(
  service: ExternalService,
  operation: string,
  isFailure: (error: unknown) => boolean,
  work: () => Promise<T>,
): Promise<T> => {
  // Its series begins with the first call, so that the first failure is a rise.
  failures.add(0, { service, operation })
  try {
    return await work()
  } catch (error) {
    if (isFailure(error)) failures.add(1, { service, operation })
    throw error
  }
}
