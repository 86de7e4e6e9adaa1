import type { ColumnType, Generated, Selectable } from 'kysely'
import type { webhookStatuses } from '../../catalogue/metrics/values.ts'

export type WebhookStatus = (typeof webhookStatuses)[number]

/** Who sends us events of business. Alertmanager's notifications are kept elsewhere. */
export const eventSources = ['ghl', 'aloware', 'verity', 'gmail', 'salesforce', 'hubspot'] as const
export type EventSource = (typeof eventSources)[number]

/** PostgreSQL's bigint: read as text, since JavaScript's numbers end sooner. */
type Bigint = ColumnType<string | null, number | null | undefined, number | null>

/** An event that came by webhook. Nobody's until it is worked off: it has no workspace. */
export interface WebhookEventTable {
  id: Generated<string>
  source: EventSource
  /** The provider's own: the same one comes once, however often it is sent. */
  event_id: string
  event_type: string
  /** Events of one key are worked off in order. */
  contact_key: string
  /** The provider's own counting of this contact's events, where it counts. */
  sequence: Bigint
  /** JSON; given as text. */
  payload: ColumnType<unknown, string, never>
  status: Generated<WebhookStatus>
  attempts: Generated<number>
  received_at: ColumnType<Date, Date | undefined, never>
  /** The order of arrival. */
  arrival: ColumnType<string, never, never>
  processed_at: Date | null
  /** The order of being worked off, over all sources. */
  processed_order: Bigint
  /** The kind of error, no message: that may hold personal data. */
  error_message: string | null
  /** What the operator said. */
  quarantine_reason: string | null
  /** The trace in which it arrived; null: before traces were noted, or without one. */
  trace_id: string | null
}

/** One of the directions in which a record was brought into step, once. */
export interface SyncLogTable {
  id: Generated<string>
  workspace_id: string | null
  provider: string
  direction: 'inbound' | 'outbound'
  entity_type: string
  /** Ours where there is one, else the other system's. */
  entity_id: string | null
  status: 'completed' | 'error'
  started_at: Date
  finished_at: Date
  error_message: string | null
}

/** Which of our contacts a contact elsewhere is. */
export interface ContactLinkTable {
  workspace_id: string
  provider: string
  external_id: string
  contact_id: string
  /** Time and number of the last change there that we have taken over. */
  changed_at: Date | null
  sequence: Bigint
  synced_at: ColumnType<Date, Date | undefined, Date>
}

export const textStatuses = ['queued', 'received', 'delivered', 'failed'] as const
export type TextStatus = (typeof textStatuses)[number]

export interface TextMessageTable {
  id: Generated<string>
  workspace_id: string
  contact_id: string | null
  direction: 'inbound' | 'outbound'
  message: string
  status: TextStatus
  /** Aloware's; null until it has taken the message. */
  provider_id: string | null
  error_message: string | null
  created_at: ColumnType<Date, undefined, never>
  updated_at: ColumnType<Date, undefined, Date>
}

export const broadcastStatuses = ['queued', 'scheduled', 'sent', 'failed'] as const
export type BroadcastStatus = (typeof broadcastStatuses)[number]

export interface BroadcastTable {
  id: Generated<string>
  workspace_id: string
  name: string
  message: string
  status: Generated<BroadcastStatus>
  /** Verity's; null until it has taken the broadcast. */
  provider_id: string | null
  error_message: string | null
  created_at: ColumnType<Date, undefined, never>
  updated_at: ColumnType<Date, undefined, Date>
}

export const recipientStatuses = ['pending', 'sent', 'delivered', 'failed'] as const
export type RecipientStatus = (typeof recipientStatuses)[number]

export interface BroadcastRecipientTable {
  broadcast_id: string
  /** What Verity was given, and names in its events. */
  address: string
  contact_id: string | null
  status: Generated<RecipientStatus>
  updated_at: ColumnType<Date, undefined, Date>
}

export interface WebhookTables {
  webhook_events: WebhookEventTable
  texting_webhook_events: WebhookEventTable
  broadcast_webhook_events: WebhookEventTable
  /** All three, to be read only. */
  stored_webhook_events: Omit<WebhookEventTable, 'arrival'>
  sync_log: SyncLogTable
  contact_links: ContactLinkTable
  text_messages: TextMessageTable
  broadcasts: BroadcastTable
  broadcast_recipients: BroadcastRecipientTable
}

export type WebhookEvent = Selectable<WebhookEventTable>
export type StoredWebhookEvent = Selectable<WebhookTables['stored_webhook_events']>
export type SyncLogEntry = Selectable<SyncLogTable>
export type TextMessage = Selectable<TextMessageTable>
export type Broadcast = Selectable<BroadcastTable>
