import { cap, counter, gauge, histogram, type Metric } from '../metric.ts'
import { dealStages, deliveryOutcomes, invoiceStatuses, realtimeTypes, webVitals } from './values.ts'

/** What the business does, and what its people see. */
export const businessMetrics = {
  crm_events_total: counter({
    unit: '{event}',
    description: 'Business events that were tracked, by type: the four of the lead workflow, and custom ones.',
    labels: { event_type: cap(50, 'types of business events') },
    source: 'app',
    services: ['api', 'worker'],
  }),
  leads_created_total: counter({
    unit: '{lead}',
    description: 'Leads that were created, by where they came from.',
    labels: { source: cap(30, 'sources of leads') },
    source: 'app',
    services: ['api'],
  }),
  pipeline_deals: gauge({
    unit: '{deal}',
    description: 'Deals in all pipelines, by stage.',
    labels: { stage: dealStages },
    source: 'app',
    services: ['worker'],
  }),
  pipeline_value: gauge({
    unit: '{currency}',
    description: 'Sum of the amounts of the deals in a stage, in the workspace’s currency.',
    labels: { stage: dealStages },
    source: 'app',
    services: ['worker'],
  }),
  invoices_total: counter({
    unit: '{invoice}',
    description: 'Invoices by each status they entered.',
    labels: { status: invoiceStatuses },
    source: 'app',
    services: ['api', 'worker'],
  }),
  emails_synced_total: counter({
    unit: '{message}',
    description: 'Messages that were fetched from a mailbox and stored for the first time.',
    labels: {},
    source: 'app',
    services: ['worker'],
  }),
  email_deliveries_total: counter({
    unit: '{message}',
    description: 'Attempts to deliver an e-mail, by outcome; a `deferred` one is tried again.',
    labels: { outcome: deliveryOutcomes },
    source: 'app',
    services: ['worker'],
  }),
  graphql_query_duration_seconds: histogram({
    unit: 's',
    description: 'Time of one GraphQL operation.',
    labels: { operation: cap(50, 'names of operations, `anonymous` without one'), status: ['success', 'error'] },
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2, 5],
    source: 'app',
    services: ['api'],
  }),
  websocket_connections_active: gauge({
    unit: '{connection}',
    description: 'Open connections of people who follow events live.',
    labels: { type: realtimeTypes },
    source: 'app',
    services: ['api'],
  }),
  realtime_events_total: counter({
    unit: '{event}',
    description: 'Events that were sent to a live connection.',
    labels: { type: realtimeTypes },
    source: 'app',
    services: ['api'],
  }),
  user_activities_total: counter({
    unit: '{action}',
    description: 'What signed-in users did, by kind.',
    labels: { action: cap(50, 'kinds of actions') },
    source: 'app',
    services: ['api'],
  }),
  web_page_load_seconds: histogram({
    unit: 's',
    description: 'Largest contentful paint of a page, as the browsers of users report it.',
    labels: { page: cap(30, 'pages, by their route') },
    // 2 and 4 are the objectives.
    buckets: [0.1, 0.25, 0.5, 1, 1.5, 2, 3, 4, 6, 10],
    source: 'app',
    services: ['api'],
  }),
  web_vitals_total: counter({
    unit: '{report}',
    description: 'Web vitals reported by browsers, by name and rating.',
    labels: { name: webVitals, rating: ['good', 'needs-improvement', 'poor'] },
    source: 'app',
    services: ['api'],
  }),
} as const satisfies Record<string, Metric>
