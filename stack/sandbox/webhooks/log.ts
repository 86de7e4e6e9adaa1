import type { Source, WebhookEvent } from './event.ts'

/** What became of an event. */
export interface Delivered {
  readonly source: Source
  readonly contactKey: string
  readonly sequence: number
  outcome: 'pending' | 'accepted' | 'failed'
  /** The last answer; null when there was none. */
  status: number | null
  attempts: number
  /** How often it was delivered again on purpose. */
  duplicates: number
}

/** What was sent and what became of it, by event id: what the service must have seen. Bounded; the oldest goes first. */
export class DeliveryLog {
  readonly #events = new Map<string, Delivered>()
  readonly #most: number
  #counts = { sent: 0, accepted: 0, failed: 0, duplicates: 0 }

  constructor(most = 100_000) {
    this.#most = most
  }

  begin({ eventId, source, contactKey, sequence }: WebhookEvent): void {
    this.#counts.sent += 1
    const begun: Delivered = {
      source,
      contactKey,
      sequence,
      outcome: 'pending',
      status: null,
      attempts: 0,
      duplicates: 0,
    }
    this.#events.set(eventId, begun)
    const oldest = this.#events.keys().next().value
    if (this.#events.size > this.#most && oldest !== undefined) this.#events.delete(oldest)
  }

  attempt(eventId: string, status: number | null): void {
    const event = this.#events.get(eventId)
    if (!event) return
    event.attempts += 1
    event.status = status
  }

  end(eventId: string, outcome: 'accepted' | 'failed'): void {
    this.#counts[outcome] += 1
    const event = this.#events.get(eventId)
    if (event) event.outcome = outcome
  }

  duplicate(eventId: string): void {
    this.#counts.duplicates += 1
    const event = this.#events.get(eventId)
    if (event) event.duplicates += 1
  }

  get(eventId: string): Delivered | undefined {
    return this.#events.get(eventId)
  }

  /** `pending`: neither accepted nor given up yet. */
  counts() {
    const { sent, accepted, failed, duplicates } = this.#counts
    return { sent, accepted, failed, pending: sent - accepted - failed, duplicates }
  }

  byEventId(source?: string): Record<string, Delivered> {
    const events = [...this.#events].filter(([, event]) => source === undefined || event.source === source)
    return Object.fromEntries(events)
  }

  clear(): void {
    this.#events.clear()
    this.#counts = { sent: 0, accepted: 0, failed: 0, duplicates: 0 }
  }
}
