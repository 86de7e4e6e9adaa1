/** Who sends webhooks. Each is also a provider whose faults hit them. */
export const sources = ['ghl', 'aloware', 'verity', 'gmail', 'salesforce', 'hubspot'] as const
export type Source = (typeof sources)[number]

/** One thing that happened at a provider. */
export interface WebhookEvent {
  readonly source: Source
  /** As the service knows it: the id that the body holds, as text. */
  readonly eventId: string
  /** Whom it is about: events about the same arrive in order, unless that is broken on purpose. */
  readonly contactKey: string
  /** From 1, by source and contact. */
  readonly sequence: number
  readonly body: string
  /** The trace of whoever made it happen; providers send none of their own. */
  readonly traceparent?: string | undefined
}

/** What an event is made from. */
export interface Happening {
  readonly source: Source
  readonly contactKey: string
  /** The provider's own word for what happened; the usual one otherwise. */
  readonly type?: string | undefined
  /** Laid over the part of the body that says what happened. */
  readonly data?: Readonly<Record<string, unknown>> | undefined
  readonly traceparent?: string | undefined
}

/** The `traceparent` of a request to the sandbox, which what it causes carries on; undefined when it is none. */
export const traceparentOf = (header: string | undefined): string | undefined =>
  header !== undefined && /^00-[\da-f]{32}-[\da-f]{16}-[\da-f]{2}$/.test(header) ? header : undefined
