import type { Outside, ProviderName } from '../../../app/adapters/outside.ts'

export interface Case {
  readonly provider: ProviderName
  /** In the names of its own counters. */
  readonly family: string
  /** Its fault switch. */
  readonly fault: string
  readonly operation: string
  readonly call: (outside: Outside) => Promise<unknown>
}

/** One idempotent operation of each provider: what it does for this one, the adapter does for all. */
export const cases: readonly Case[] = [
  {
    provider: 'gmail',
    family: 'google',
    fault: 'gmail',
    operation: 'list_messages',
    call: ({ gmail }) => gmail.listMessages({ limit: 5 }),
  },
  {
    provider: 'google_calendar',
    family: 'google',
    fault: 'google-calendar',
    operation: 'list_events',
    call: ({ calendar }) => calendar.listEvents({ from: new Date(0), to: new Date(), limit: 5 }),
  },
  {
    provider: 'salesforce',
    family: 'salesforce',
    fault: 'salesforce',
    operation: 'list_contacts',
    call: ({ salesforce }) => salesforce.changed('contact', { limit: 5 }),
  },
  {
    provider: 'hubspot',
    family: 'hubspot',
    fault: 'hubspot',
    operation: 'list_deals',
    call: ({ hubspot }) => hubspot.changed('deal', { limit: 5 }),
  },
  {
    provider: 'billy',
    family: 'billy',
    fault: 'billy',
    operation: 'list_invoices',
    call: ({ billy }) => billy.listInvoices({ limit: 5 }),
  },
  {
    provider: 'ghl',
    family: 'ghl',
    fault: 'ghl',
    operation: 'list_contacts',
    call: ({ ghl }) => ghl.changed('contact', { limit: 5 }),
  },
  {
    provider: 'aloware',
    family: 'aloware',
    fault: 'aloware',
    operation: 'send_text',
    call: ({ aloware }) => aloware.sendText({ externalId: 'fault', to: '+4512345678', message: 'On my way.' }),
  },
  {
    provider: 'verity',
    family: 'verity',
    fault: 'verity',
    operation: 'create_broadcast',
    call: ({ verity }) =>
      verity.createBroadcast({ externalId: 'fault', name: 'Offer', message: 'Hello', recipients: ['1'] }),
  },
]
