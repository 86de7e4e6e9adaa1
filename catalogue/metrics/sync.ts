import { counter, gauge, histogram, type Metric } from '../metric.ts'
import { integration, tenant } from './outside.ts'
import { adapterTypes, serviceBusQueues, syncEntities, syncJobStatuses, syncOperationStatuses } from './values.ts'

const whose = {
  tenant_id: tenant,
  integration_id: integration,
  adapter_type: adapterTypes,
  entity: syncEntities,
} as const

const records = (what: string) =>
  counter({
    unit: '{record}',
    description: `Records that sync jobs ${what}.`,
    labels: whose,
    source: 'app',
    services: ['worker'],
  })

/** Synchronization with other CRMs. A sync job brings one entity of one integration up to date. */
export const syncMetrics = {
  sync_jobs_total: counter({
    unit: '{job}',
    description: 'Sync jobs by each status they entered.',
    labels: { ...whose, status: syncJobStatuses },
    source: 'app',
    services: ['api', 'worker'],
  }),
  sync_jobs_processed_total: counter({
    unit: '{job}',
    description: 'Sync jobs that came to an end, well or not.',
    labels: whose,
    source: 'app',
    services: ['worker'],
  }),
  sync_jobs_failed_total: counter({
    unit: '{job}',
    description: 'Sync jobs that failed for good.',
    labels: whose,
    source: 'app',
    services: ['worker'],
  }),
  sync_jobs_by_integration_total: counter({
    unit: '{job}',
    description: 'Sync jobs that came to an end, by integration.',
    labels: { integration_id: integration, status: syncOperationStatuses },
    source: 'app',
    services: ['worker'],
  }),
  sync_records_created_total: records('created'),
  sync_records_updated_total: records('updated'),
  sync_records_failed_total: records('could not write'),
  sync_conflicts_total: records('found changed on both sides'),
  sync_latency_ms: histogram({
    unit: 'ms',
    description: 'Time from the request for a sync to its end, in milliseconds.',
    labels: { ...whose, status: syncOperationStatuses },
    // 300000 (five minutes) is the bound of "slow sync".
    buckets: [100, 500, 1_000, 5_000, 15_000, 60_000, 120_000, 300_000, 600_000, 1_800_000],
    source: 'app',
    services: ['worker'],
  }),
  service_bus_queue_depth: gauge({
    unit: '{message}',
    description: 'Messages waiting in a queue of the synchronization, read from the database every 5 s.',
    labels: { queue_name: serviceBusQueues },
    source: 'app',
    services: ['api', 'worker'],
  }),
  service_bus_dlq_depth: gauge({
    unit: '{message}',
    description: 'Messages that were given up after their last retry and wait in the queue’s dead-letter queue.',
    labels: { queue_name: serviceBusQueues },
    source: 'app',
    services: ['api', 'worker'],
  }),
  service_bus_messages_processed_total: counter({
    unit: '{message}',
    description: 'Messages of the synchronization that were worked off.',
    labels: { queue_name: serviceBusQueues },
    source: 'app',
    services: ['worker'],
  }),
  service_bus_messages_failed_total: counter({
    unit: '{message}',
    description: 'Attempts at a message of the synchronization that failed.',
    labels: { queue_name: serviceBusQueues },
    source: 'app',
    services: ['worker'],
  }),
} as const satisfies Record<string, Metric>
