import { adapterTypes, type deliveryOutcomes, type syncEntities } from '../../catalogue/metrics/values.ts'

/** What the service asks of the outside world, one interface a provider. Modules know these, not how a provider is reached. */

export const providerNames = adapterTypes
export type ProviderName = (typeof providerNames)[number]

/** On whose behalf a call is made: labels of `adapter_*`. `none` where it is nobody's. */
export interface CallContext {
  /** A workspace's id. */
  readonly tenantId?: string
  readonly integrationId?: string
  /** Ends the call, retries included. */
  readonly signal?: AbortSignal
}

export interface Page<Item> {
  readonly items: readonly Item[]
  /** Undefined on the last page. */
  readonly nextCursor: string | undefined
}

export interface GmailMessage {
  readonly id: string
  readonly threadId: string
  readonly historyId: string
  readonly receivedAt: Date
  readonly from: string
  readonly to: string
  readonly subject: string
  readonly snippet: string
  readonly labels: readonly string[]
}

export interface GmailHistory {
  /** Ids of messages that were added since, oldest first. */
  readonly added: readonly string[]
  /** Where the next sync begins. */
  readonly historyId: string
  readonly nextCursor: string | undefined
}

export interface Gmail {
  profile(context?: CallContext): Promise<{ emailAddress: string; historyId: string; messagesTotal: number }>
  listMessages(
    options: { cursor?: string | undefined; limit: number },
    context?: CallContext,
  ): Promise<Page<{ id: string; threadId: string }>>
  message(id: string, context?: CallContext): Promise<GmailMessage>
  /** @throws AdapterError `not_found` when the cursor is too old: everything must be read anew */
  history(startHistoryId: string, cursor?: string, context?: CallContext): Promise<GmailHistory>
}

export interface CalendarEvent {
  /** Chosen by the caller (base32hex, 5 to 1024 characters), so that a second try makes no second event. */
  readonly id: string
  readonly summary: string
  readonly startsAt: Date
  readonly endsAt: Date
}

export interface Calendar {
  /** Whether the configured calendar exists. */
  calendarExists(context?: CallContext): Promise<boolean>
  /** Idempotent by `id`. */
  createEvent(event: CalendarEvent, context?: CallContext): Promise<{ id: string; link: string | undefined }>
  listEvents(
    options: { from: Date; to: Date; cursor?: string | undefined; limit: number },
    context?: CallContext,
  ): Promise<Page<CalendarEvent>>
  /** An event that is gone already counts as deleted. */
  deleteEvent(id: string, context?: CallContext): Promise<void>
}

export interface NewBillyInvoice {
  /** Our own id: the same one makes one invoice, however often it is sent. */
  readonly externalId: string
  readonly customer: { readonly externalId: string; readonly name: string }
  /** ISO 4217. */
  readonly currency: string
  readonly entryDate: Date
  readonly lines: readonly { readonly description: string; readonly quantity: number; readonly unitPrice: number }[]
}

export interface BillyInvoice {
  readonly id: string
  readonly invoiceNo: string
  readonly state: string
  /** In whole units of the currency, tax not included. */
  readonly amount: number
  readonly currency: string
  readonly externalId: string | undefined
}

export interface Billy {
  ping(context?: CallContext): Promise<void>
  createInvoice(invoice: NewBillyInvoice, context?: CallContext): Promise<BillyInvoice>
  invoice(id: string, context?: CallContext): Promise<BillyInvoice>
  listInvoices(
    options: { cursor?: string | undefined; limit: number },
    context?: CallContext,
  ): Promise<Page<BillyInvoice>>
}

/** What a CRM elsewhere holds. `contact` and `deal` are the two entities that are synchronized. */
export type SyncEntity = (typeof syncEntities)[number]

export interface ExternalRecord {
  readonly externalId: string
  readonly updatedAt: Date
  /** `contact`: name, email, phone, company; `deal`: title, amount, stage. Absent or null where the other side has none. */
  readonly fields: Readonly<Record<string, string | number | null>>
}

/** A CRM that integrations synchronize with. */
export interface CrmSource {
  ping(context?: CallContext): Promise<void>
  /** Oldest change first. */
  changed(
    entity: SyncEntity,
    options: { since?: Date | undefined; cursor?: string | undefined; limit: number },
    context?: CallContext,
  ): Promise<Page<ExternalRecord>>
  /** Creates (without id) or updates. Idempotent where an id is given. */
  write(
    entity: SyncEntity,
    record: { externalId?: string | undefined; fields: ExternalRecord['fields'] },
    context?: CallContext,
  ): Promise<{ externalId: string }>
}

export interface Aloware {
  ping(context?: CallContext): Promise<void>
  /** Idempotent by `externalId`. */
  sendText(
    text: { externalId: string; to: string; message: string },
    context?: CallContext,
  ): Promise<{ id: string; status: string }>
}

export interface Verity {
  ping(context?: CallContext): Promise<void>
  /** Idempotent by `externalId`. */
  createBroadcast(
    broadcast: { externalId: string; name: string; message: string; recipients: readonly string[] },
    context?: CallContext,
  ): Promise<{ id: string; status: string }>
  broadcast(id: string, context?: CallContext): Promise<{ id: string; status: string; sent: number; failed: number }>
  /**
   * A request as it is, with Verity's credentials: for the gateway. Not retried, since nobody knows whether that is safe.
   * @returns whatever Verity answers, 4xx and 5xx too @throws AdapterError when it does not answer
   */
  forward(
    request: { method: string; path: string; query: string; contentType?: string | undefined; body?: ArrayBuffer },
    context?: CallContext,
  ): Promise<Response>
}

export type DeliveryOutcome = (typeof deliveryOutcomes)[number]

export interface Mailer {
  ping(context?: CallContext): Promise<void>
  /** `bounced`: refused for good (5xx); `deferred`: try again later (4xx). @throws AdapterError when the server is away */
  send(
    mail: { messageId: string; to: string; subject: string; text: string },
    context?: CallContext,
  ): Promise<{ outcome: 'delivered' | 'bounced' | 'deferred' }>
}

/** What the last calls of this process say about a provider. */
export interface ProviderState {
  readonly breaker: 'closed' | 'half_open' | 'open'
  readonly lastSuccessAt: Date | undefined
  readonly lastErrorAt: Date | undefined
  /** Set while the provider has asked us to wait (429 with Retry-After). */
  readonly rateLimitedUntil: Date | undefined
}

/** The outside world, as one value of `Deps`. */
export interface Outside {
  readonly gmail: Gmail
  readonly calendar: Calendar
  readonly billy: Billy
  readonly ghl: CrmSource
  readonly salesforce: CrmSource
  readonly hubspot: CrmSource
  readonly aloware: Aloware
  readonly verity: Verity
  readonly mailer: Mailer
  /** Whether its address and credentials are set. */
  isConfigured(provider: ProviderName): boolean
  /**
   * A real probe with a time limit, never retried, past the breaker. Never throws.
   * @param oldestMs how old an answer may be; 5 s where nothing is said
   */
  reachable(provider: ProviderName, limitMs: number, oldestMs?: number): Promise<boolean>
  state(provider: ProviderName): ProviderState
  /** Ends what is under way. */
  close(): Promise<void>
}

export const adapterErrorReasons = [
  'timeout',
  'dependency_unavailable',
  'rate_limited',
  'invalid_data',
  'not_found',
  'unauthorized',
] as const
export type AdapterErrorReason = (typeof adapterErrorReasons)[number]

/** A call to the outside world failed. The message names provider and operation, never what was sent. */
export class AdapterError extends Error {
  override readonly name = 'AdapterError'
  readonly provider: ProviderName
  readonly operation: string
  readonly reason: AdapterErrorReason
  /** What was answered, if anything. */
  readonly status: number | undefined
  /** When the provider said to come back. */
  readonly retryAfterMs: number | undefined

  constructor(
    about: { provider: ProviderName; operation: string; reason: AdapterErrorReason },
    message: string,
    details: { status?: number; retryAfterMs?: number; cause?: unknown } = {},
  ) {
    super(message, { cause: details.cause })
    this.provider = about.provider
    this.operation = about.operation
    this.reason = about.reason
    this.status = details.status
    this.retryAfterMs = details.retryAfterMs
  }

  /** Whether the same call may succeed later. */
  get retryable(): boolean {
    return this.reason === 'timeout' || this.reason === 'dependency_unavailable' || this.reason === 'rate_limited'
  }
}
