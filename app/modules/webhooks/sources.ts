import { z } from 'zod'
import type { EventSource, WebhookTables } from '../../db/schema-webhooks.ts'
import { pseudonym } from '../../telemetry/pseudonym.ts'

/** Where each source's events are kept. */
export const tableOf = {
  ghl: 'webhook_events',
  gmail: 'webhook_events',
  salesforce: 'webhook_events',
  hubspot: 'webhook_events',
  aloware: 'texting_webhook_events',
  verity: 'broadcast_webhook_events',
} as const satisfies Record<EventSource, keyof WebhookTables>

export type EventTable = (typeof tableOf)[EventSource]

/** One event, as it is stored. */
export interface ArrivedEvent {
  readonly eventId: string
  readonly type: string
  /** Whose event it is: those of one key are worked off in order. */
  readonly contactKey: string
  /** The provider's own counting within the key, where it counts. */
  readonly sequence?: number | undefined
  readonly payload: unknown
}

const identifier = z.union([z.string(), z.number()]).transform(String).pipe(z.string().min(1).max(200))
const sequence = z.int().nonnegative().optional()

const ghl = z
  .looseObject({
    webhookId: identifier,
    type: z.string().min(1).max(100),
    data: z.looseObject({ contactId: identifier, sequence }),
  })
  .transform((body): ArrivedEvent[] => [
    {
      eventId: body.webhookId,
      type: body.type,
      contactKey: body.data.contactId,
      sequence: body.data.sequence,
      payload: body,
    },
  ])

const aloware = z
  .looseObject({
    id: identifier,
    event: z.string().min(1).max(100),
    contact: z.looseObject({ id: identifier }),
    sequence,
  })
  .transform((body): ArrivedEvent[] => [
    { eventId: body.id, type: body.event, contactKey: body.contact.id, sequence: body.sequence, payload: body },
  ])

const verity = z
  .looseObject({
    eventId: identifier,
    type: z.string().min(1).max(100),
    broadcastId: identifier,
    recipientId: identifier,
    sequence,
  })
  .transform((body): ArrivedEvent[] => [
    {
      eventId: body.eventId,
      type: body.type,
      // An address or phone number must not become the name of a job.
      contactKey: pseudonym(body.recipientId),
      sequence: body.sequence,
      payload: body,
    },
  ])

/** The notice inside a Pub/Sub message: JSON in base64. */
const mailboxChange = z
  .string()
  .transform((text, context) => {
    try {
      return JSON.parse(Buffer.from(text, 'base64').toString()) as unknown
    } catch {
      context.addIssue({ code: 'custom', message: 'must be JSON in base64' })
      return z.NEVER
    }
  })
  .pipe(z.looseObject({ emailAddress: z.email(), historyId: identifier }))

const gmail = z
  .looseObject({ message: z.looseObject({ messageId: identifier, data: mailboxChange }) })
  .transform(({ message: { messageId, data } }): ArrivedEvent[] => [
    { eventId: messageId, type: 'mailbox.changed', contactKey: pseudonym(data.emailAddress), payload: data },
  ])

const salesforce = z
  .looseObject({
    replayId: identifier,
    event: z.string().min(1).max(100),
    recordIds: z.array(identifier).max(1_000),
    sequence,
  })
  .transform(({ replayId, event, recordIds, sequence, ...rest }): ArrivedEvent[] => [
    {
      eventId: replayId,
      type: event,
      // A change of many records belongs to none of them.
      contactKey: (recordIds.length === 1 && recordIds[0]) || event,
      sequence,
      payload: { replayId, event, recordIds, ...rest },
    },
  ])

/** Each element is an event of its own. Its key is the record: `contact:123`. */
const hubspot = z
  .array(
    z.looseObject({
      eventId: identifier,
      subscriptionType: z.string().min(1).max(100),
      objectId: identifier,
      sequence,
    }),
  )
  .min(1)
  .max(200)
  .transform((events): ArrivedEvent[] =>
    events.map((event) => ({
      eventId: event.eventId,
      type: event.subscriptionType,
      contactKey: `${event.subscriptionType.split('.', 1)[0]}:${event.objectId}`,
      sequence: event.sequence,
      payload: event,
    })),
  )

/** What each source sends, and how it becomes events. Fields beyond those named here are kept as they came. */
export const bodies: Readonly<Record<EventSource, z.ZodType<ArrivedEvent[]>>> = {
  ghl,
  aloware,
  verity,
  gmail,
  salesforce,
  hubspot,
}
