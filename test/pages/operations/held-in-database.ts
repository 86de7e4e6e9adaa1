import { expect } from 'vitest'
import type { Held } from './held.ts'

const when = (at: string): string =>
  new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium', timeZone: 'Europe/Copenhagen' }).format(
    new Date(at),
  )

interface WebhookEvent {
  readonly type: string
  readonly receivedAt: string
  readonly status: keyof typeof statuses
  readonly attempts: number
  readonly errorMessage: string | null
  readonly quarantineReason: string | null
}
const statuses = { pending: 'pending', processed: 'processed', error: 'failed', quarantined: 'quarantined' } as const

interface Stats {
  readonly integrations: Readonly<Record<'active' | 'paused' | 'error' | 'total', number>>
  readonly jobs24h: Readonly<Record<'pending' | 'processing' | 'completed' | 'failed' | 'total', number>>
  readonly topIntegrations: readonly { readonly tenantName: string; readonly jobs: number; readonly records: number }[]
}
interface SyncErrors {
  readonly errors: readonly { readonly kind: string; readonly externalId: string }[]
  readonly topTypes: readonly { readonly kind: string; readonly count: number }[]
}
interface SyncActivity {
  readonly jobs: readonly { readonly status: string; readonly created: number; readonly errorKind: string | null }[]
  readonly records24h: Readonly<Record<'created' | 'updated' | 'failed', number>>
}
interface Activity {
  readonly createdAt: string
  readonly userName: string
  readonly action: string
  readonly method: string
  readonly route: string
}
interface Group {
  readonly type: string
  readonly message: string
  readonly status: string
  readonly count: number
  readonly service: string
  readonly place: string
}
interface Queue {
  readonly queueName: keyof typeof queueTitles
  readonly waiting: number
  readonly delayed: number
  readonly failed: number
}
/** Those in which something waits here. */
const queueTitles = {
  'contact-enrichment': 'Enriching contacts',
  'search-indexing': 'Search index',
  'lead-workflow': 'Workflow of leads',
} as const

/** What stands in the database, by the page on which it is to be read. */
export const heldInDatabase: Readonly<Record<string, Held>> = {
  '/': async (ask) => {
    const { contacts } = await ask<{ contacts: { name: string; company: string | null; createdAt: string }[] }>(
      '/api/contacts',
    )
    return { tables: { Contacts: contacts.map(({ name, company }) => ({ Name: name, Company: company ?? '–' })) } }
  },
  '/leads': async (ask) => {
    const { leads } = await ask<{ leads: { title: string; source: string; createdAt: string }[] }>('/api/leads')
    return { tables: { Leads: leads.map(({ title, source }) => ({ Title: title, Source: source })) } }
  },
  '/deals': async (ask) => {
    const { deals } = await ask<{ deals: { title: string; amount: number }[] }>('/api/deals')
    expect(deals.map(({ amount }) => amount)).toEqual([12_500])
    return {
      tables: { Deals: deals.map(({ title }) => ({ Title: title, Amount: expect.stringContaining('12,500') })) },
    }
  },
  '/admin/integrations': async (ask) => {
    const { integrations, jobs24h, topIntegrations } = await ask<Stats>('/api/admin/integrations/stats')
    return {
      figures: {
        'Integrations by status': { active: `${integrations.active}`, all: `${integrations.total}` },
        'Sync jobs of the last 24 hours': { failed: `${jobs24h.failed}`, all: `${jobs24h.total}` },
      },
      tables: {
        'Busiest integrations of the last 24 hours': topIntegrations.map(({ tenantName, jobs, records }) => ({
          Integration: `Salesforce · ${tenantName}`,
          'Sync jobs': `${jobs}`,
          Records: `${records}`,
        })),
      },
    }
  },
  '/admin/integrations?tab=activity': async (ask) => {
    const { jobs, records24h } = await ask<SyncActivity>('/api/admin/integrations/sync-activity')
    return {
      figures: {
        'Records of the last 24 hours': { created: `${records24h.created}`, failed: `${records24h.failed}` },
      },
      tables: {
        'The last 100': jobs.map(({ status, created, errorKind }) => ({
          Status: status,
          Created: `${created}`,
          Error: errorKind ?? '',
        })),
      },
    }
  },
  '/admin/integrations?tab=errors': async (ask) => {
    const { errors, topTypes } = await ask<SyncErrors>('/api/admin/integrations/errors')
    return {
      tables: {
        'What went wrong most': topTypes.map(({ kind, count }) => ({ Kind: kind, Errors: `${count}` })),
        'Recent errors': errors.map(({ kind, externalId }) => ({ Kind: kind, Record: externalId })),
      },
    }
  },
  '/admin/queues': async (ask) => {
    const { queues } = await ask<{ queues: Queue[] }>('/api/admin/queues')
    return {
      tables: {
        // All of them stand there, in the same order.
        'Queues, live': queues.map(({ queueName, waiting, delayed, failed }) => ({
          ...(queueTitles[queueName] && { Queue: queueTitles[queueName] }),
          Waiting: `${waiting}`,
          'Put off': `${delayed}`,
          Failed: `${failed}`,
        })),
      },
    }
  },
  '/admin/queues?tab=events': async (ask) => {
    const { events } = await ask<{ events: WebhookEvent[] }>('/api/admin/events?limit=50')
    return {
      tables: {
        'Webhook events': events.map(({ receivedAt, type, status, attempts, quarantineReason, errorMessage }) => ({
          Received: when(receivedAt),
          Source: 'GHL',
          Type: type,
          Status: statuses[status],
          Attempts: `${attempts}`,
          Why: quarantineReason ?? errorMessage ?? '–',
        })),
      },
    }
  },
  '/admin/errors': async (ask) => {
    const { data } = await ask<{ data: { groups: Group[] } }>('/api/monitoring/error-groups?limit=25')
    return {
      tables: {
        'Groups of errors': data.groups.map(({ type, message, status, count, service, place }) => ({
          Error: `${type}${message}`,
          Status: status,
          'How often': `${count}`,
          Process: service,
          'Place in the code': place,
        })),
      },
    }
  },
  '/admin/events': async (ask) => {
    const { totalEvents, topEvents, database } = await ask<{
      totalEvents: number
      topEvents: { type: string; count: number }[]
      database: Record<string, number>
    }>('/api/crm/stats/event-metrics')
    return {
      figures: { 'What happened in the workspace': { Events: `${totalEvents}` } },
      tables: {
        'The ten most frequent': topEvents.map(({ type, count }) => ({ Type: type, 'How often': `${count}` })),
        'Rows in each table': Object.entries(database)
          .toSorted(([, a], [, b]) => b - a)
          .map(([table, rows]) => ({ Table: table, Rows: `${rows}` })),
      },
    }
  },
  '/admin/users': async (ask) => {
    const { activities } = await ask<{ activities: Activity[] }>('/api/admin/user-activity?limit=50')
    return {
      tables: {
        'What users did': activities.map(({ createdAt, userName, action, method, route }) => ({
          When: when(createdAt),
          User: userName,
          Action: action,
          Route: `${method} ${route}`,
        })),
      },
    }
  },
}
