import { randomUUID } from 'node:crypto'
import { ghlContactId } from '../providers/ghl.ts'
import { mailbox } from '../providers/gmail-messages.ts'
import { hubspotId } from '../providers/hubspot.ts'
import { salesforceId } from '../providers/salesforce.ts'
import type { Happening, Source, WebhookEvent } from './event.ts'

/** What a body is made from, besides what happened. */
interface Facts {
  readonly happening: Happening
  /** A text of its own. */
  readonly uuid: string
  /** A number of its own, larger than all before it. */
  readonly number: number
  readonly sequence: number
  readonly time: number
  readonly historyId: string
}

const iso = (time: number): string => new Date(time).toISOString()
const numberOr = (text: string): number | string => (/^\d{1,15}$/.test(text) ? Number(text) : text)

/** The provider's own body, and under which id the service will know it. */
const bodies: Record<Source, (facts: Facts) => { readonly eventId: string; readonly body: unknown }> = {
  ghl: ({ happening: { type = 'ContactUpdate', contactKey, data }, uuid, sequence, time }) => ({
    eventId: uuid,
    body: {
      webhookId: uuid,
      type,
      locationId: 'sandbox-location',
      timestamp: iso(time),
      data: { contactId: contactKey, sequence, ...data },
    },
  }),
  aloware: ({ happening: { type = 'sms-received', contactKey, data }, uuid, sequence, time }) => ({
    eventId: uuid,
    body: {
      id: uuid,
      event: type,
      occurred_at: iso(time),
      contact: { id: contactKey },
      body: type === 'sms-received' ? { message: 'Thank you!', ...data } : { ...data },
      sequence,
    },
  }),
  verity: ({ happening: { type = 'broadcast.delivered', contactKey, data }, uuid, sequence, time }) => ({
    eventId: uuid,
    body: {
      eventId: uuid,
      type,
      broadcastId: 'bc_sandbox',
      recipientId: contactKey,
      occurredAt: iso(time),
      sequence,
      ...data,
    },
  }),
  /** As Pub/Sub pushes it. */
  gmail: ({ happening: { contactKey, data }, number, sequence, time, historyId }) => ({
    eventId: String(number),
    body: {
      message: {
        messageId: String(number),
        data: Buffer.from(JSON.stringify({ emailAddress: contactKey, historyId, ...data })).toString('base64'),
        attributes: { sequence: String(sequence) },
        publishTime: iso(time),
      },
      subscription: 'projects/sandbox/subscriptions/crm-gmail',
    },
  }),
  salesforce: ({ happening: { type = 'Contact', contactKey, data }, number, sequence, time }) => ({
    eventId: String(number),
    body: {
      replayId: number,
      event: type,
      changeType: 'UPDATE',
      recordIds: [contactKey],
      commitTimestamp: time,
      sequence,
      ...data,
    },
  }),
  /** HubSpot sends lists. */
  hubspot: ({ happening: { type = 'contact.propertyChange', contactKey, data }, number, sequence, time }) => ({
    eventId: String(number),
    body: [
      {
        eventId: number,
        subscriptionType: type,
        objectId: numberOr(contactKey),
        occurredAt: time,
        portalId: 1_234_567,
        sequence,
        ...data,
      },
    ],
  }),
}

/** Somebody whom the provider knows: contact `index` of its data set. */
export const contactOf: Record<Source, (index: number, type?: string) => string> = {
  ghl: (index) => ghlContactId(index % 5_000),
  aloware: (index) => String(1 + index),
  verity: (index) => `vc_${index}`,
  gmail: () => mailbox,
  salesforce: (index, type) =>
    type === 'Opportunity' ? salesforceId('Opportunity', index % 1_200) : salesforceId('Contact', index % 2_500),
  hubspot: (index, type) =>
    type?.startsWith('deal.') ? hubspotId('deals', index % 1_200) : hubspotId('contacts', index % 2_500),
}

/** Makes events of what happens; counts them by contact. */
export class Events {
  readonly #now: () => number
  readonly #historyId: () => string
  readonly #sequences = new Map<string, number>()
  readonly #most: number
  #number: number

  /** @param most contacts whose numbers are kept; the one that was new first begins again at 1 */
  constructor({ now, historyId, most = 50_000 }: { now: () => number; historyId: () => string; most?: number }) {
    this.#now = now
    this.#historyId = historyId
    this.#most = most
    // Larger than those of an earlier start, and exact in a number of JavaScript.
    this.#number = now() * 1_000
  }

  make(happening: Happening): WebhookEvent {
    const { source, contactKey } = happening
    const sequence = this.#count(`${source}:${contactKey}`)
    this.#number += 1
    const facts = { happening, uuid: randomUUID(), number: this.#number, sequence, time: this.#now() }
    const { eventId, body } = bodies[source]({ ...facts, historyId: this.#historyId() })
    const { traceparent } = happening
    return { source, eventId, contactKey, sequence, body: JSON.stringify(body), traceparent }
  }

  #count(key: string): number {
    const sequence = (this.#sequences.get(key) ?? 0) + 1
    this.#sequences.set(key, sequence)
    const oldest = this.#sequences.keys().next().value
    if (this.#sequences.size > this.#most && oldest !== undefined) this.#sequences.delete(oldest)
    return sequence
  }
}
