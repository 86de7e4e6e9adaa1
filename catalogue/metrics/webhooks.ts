import { cap, counter, gauge, histogram, type Metric } from '../metric.ts'
import {
  callStatuses,
  syncDirections,
  syncOperationStatuses,
  webhookOutcomes,
  webhookSources,
  webhookStatuses,
} from './values.ts'

const entityType = cap(20, 'kinds of record')

/** Webhooks in, texting, broadcasts, the gateway and the MCP server. */
export const webhookMetrics = {
  webhook_events_total: counter({
    unit: '{event}',
    description: 'Events that arrived by webhook, by what became of them at the door.',
    labels: { source: webhookSources, outcome: webhookOutcomes },
    source: 'app',
    services: ['api'],
  }),
  webhook_events_processed_total: counter({
    unit: '{event}',
    description: 'Webhook events that were worked off, by their end; an event that is replayed counts again.',
    labels: { source: webhookSources, status: ['processed', 'error', 'quarantined'] },
    source: 'app',
    services: ['api', 'worker'],
  }),
  webhook_events_stored: gauge({
    unit: '{event}',
    description: 'Webhook events in the database, by where they stand.',
    labels: { source: webhookSources, status: webhookStatuses },
    source: 'app',
    services: ['worker'],
  }),
  webhook_oldest_pending_age_seconds: gauge({
    unit: 's',
    description: 'Age of the oldest webhook event that is not worked off yet; 0 when there is none.',
    labels: { source: webhookSources },
    source: 'app',
    services: ['api', 'worker'],
  }),
  webhook_processing_duration_seconds: histogram({
    unit: 's',
    description: 'Time from a webhook’s arrival to its end.',
    labels: { source: webhookSources, status: ['processed', 'error'] },
    // 5 is the bound of "slow operations", 600 that of "processing delay".
    buckets: [0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 600],
    source: 'app',
    services: ['worker'],
  }),
  sync_operations_total: counter({
    unit: '{operation}',
    description: 'Records that were brought into step with another system, one by one.',
    labels: { direction: syncDirections, entity_type: entityType, status: syncOperationStatuses },
    source: 'app',
    services: ['worker'],
  }),
  sync_operations_duration_seconds: histogram({
    unit: 's',
    description: 'Time of one such operation.',
    labels: { direction: syncDirections, entity_type: entityType, status: syncOperationStatuses },
    buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 30, 60],
    source: 'app',
    services: ['worker'],
  }),
  text_messages_total: counter({
    unit: '{message}',
    description: 'Text messages by direction and last known state.',
    labels: { direction: syncDirections, status: ['received', 'queued', 'delivered', 'failed'] },
    source: 'app',
    services: ['worker'],
  }),
  broadcast_messages_total: counter({
    unit: '{message}',
    description: 'Messages of broadcasts, as Verity reports them.',
    labels: { status: ['sent', 'delivered', 'failed'] },
    source: 'app',
    services: ['worker'],
  }),
  gateway_requests_total: counter({
    unit: '{request}',
    description: 'Requests that the gateway passed on to Verity; `error` is a 5xx or no answer.',
    labels: { status: callStatuses },
    source: 'app',
    services: ['api'],
  }),
  gateway_request_duration_seconds: histogram({
    unit: 's',
    description: 'Time of a request through the gateway.',
    labels: { status: callStatuses },
    buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    source: 'app',
    services: ['api'],
  }),
  mcp_tool_calls_total: counter({
    unit: '{call}',
    description: 'Calls of the MCP server’s tools.',
    labels: { tool: cap(20, 'tools of the MCP server'), status: callStatuses },
    source: 'app',
    services: ['mcp'],
  }),
  mcp_tool_call_duration_seconds: histogram({
    unit: 's',
    description: 'Time of one call of a tool.',
    labels: { tool: cap(20, 'tools of the MCP server'), status: callStatuses },
    buckets: [0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    source: 'app',
    services: ['mcp'],
  }),
} as const satisfies Record<string, Metric>
