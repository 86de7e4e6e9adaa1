import { cap, counter, gauge, histogram, type Metric } from '../metric.ts'
import { adapterTypes, callEntities, callStatuses, externalServices } from './values.ts'

/** Workspaces and integrations as labels: what exceeds the cap is counted together, never dropped. */
export const tenant = cap(50, 'workspace ids, `none` for calls on nobody’s behalf')
export const integration = cap(100, 'integration ids, `none` for calls of no integration')

const operation = cap(40, 'operations of the adapters')
const everywhere = ['api', 'worker'] as const

const forWhom = { tenant_id: tenant, integration_id: integration, adapter_type: adapterTypes } as const
const calls = { ...forWhom, entity: callEntities, status: callStatuses } as const

const providerCalls = (provider: string) =>
  counter({
    unit: '{call}',
    description: `Calls to ${provider}, retries included.`,
    labels: { operation },
    source: 'app',
    services: everywhere,
  })

const providerErrors = (provider: string) =>
  counter({
    unit: '{call}',
    description: `Calls to ${provider} that failed (no answer, or a status of 400 or more), retries included.`,
    labels: { operation },
    source: 'app',
    services: everywhere,
  })

/** The outside world, as the adapters see it. */
export const outsideMetrics = {
  external_api_errors_total: counter({
    unit: '{call}',
    description: 'Calls to an outside service that failed (no answer, or a status of 400 or more).',
    labels: { service: externalServices, operation },
    source: 'app',
    services: everywhere,
  }),
  adapter_requests_total: counter({
    unit: '{request}',
    description: 'Requests that the adapters sent, each retry counted.',
    labels: calls,
    source: 'app',
    services: everywhere,
  }),
  adapter_request_duration_seconds: histogram({
    unit: 's',
    description: 'Time of one request of an adapter, the answer’s body included.',
    labels: calls,
    buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    source: 'app',
    services: everywhere,
  }),
  adapter_rate_limit_hits_total: counter({
    unit: '{request}',
    description: 'Requests that a provider answered with 429.',
    labels: forWhom,
    source: 'app',
    services: everywhere,
  }),
  adapter_connection_failures_total: counter({
    unit: '{request}',
    description: 'Requests that got no answer: refused, cut, or out of time.',
    labels: forWhom,
    source: 'app',
    services: everywhere,
  }),
  adapter_circuit_breaker_state: gauge({
    unit: '1',
    description: 'The circuit breaker of a provider in this process: 0 closed, 1 half-open, 2 open.',
    labels: { adapter_type: adapterTypes },
    source: 'app',
    services: everywhere,
  }),
  google_api_calls_total: providerCalls('Gmail and Google Calendar'),
  google_api_errors_total: providerErrors('Gmail and Google Calendar'),
  billy_api_calls_total: providerCalls('Billy'),
  billy_api_errors_total: providerErrors('Billy'),
  ghl_api_calls_total: providerCalls('GHL'),
  ghl_api_errors_total: providerErrors('GHL'),
  aloware_api_calls_total: providerCalls('Aloware'),
  aloware_api_errors_total: providerErrors('Aloware'),
  verity_api_calls_total: providerCalls('Verity'),
  verity_api_errors_total: providerErrors('Verity'),
  salesforce_api_calls_total: providerCalls('Salesforce'),
  salesforce_api_errors_total: providerErrors('Salesforce'),
  hubspot_api_calls_total: providerCalls('HubSpot'),
  hubspot_api_errors_total: providerErrors('HubSpot'),
} as const satisfies Record<string, Metric>
