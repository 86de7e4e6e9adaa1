import type { Faults } from '../faults.ts'
import type { Source, WebhookEvent } from './event.ts'
import type { DeliveryLog } from './log.ts'
import type { Outgoing } from './signatures.ts'

/** Where webhooks go. */
export interface Target {
  /** Without a slash at the end; `/api/webhooks/<source>` follows. */
  readonly url: string
  /** As the receiver calls itself, where that is not `url`. */
  readonly publicUrl?: string | undefined
}

export interface SenderOptions {
  readonly faults: Faults
  readonly log: DeliveryLog
  readonly headers: (source: Source, outgoing: Outgoing) => Promise<Record<string, string>>
  readonly target: () => Target | undefined
  readonly now?: () => number
  readonly fetch?: typeof fetch
  /** Requests at once. */
  readonly most?: number
  /** Milliseconds before the first retry; each further one waits twice as long. */
  readonly backoffMs?: number
}

interface Delivery {
  readonly event: WebhookEvent
  readonly isDuplicate: boolean
  readonly done: () => void
  attempts: number
}

const attempts = 6
const patienceMs = 10_000

/**
 * Delivers at least once: until it is answered with 2xx, or six times in vain. Events about the same contact wait for
 * each other, so that they arrive in order; all others go side by side.
 */
export class Sender {
  readonly #options: SenderOptions
  /** What waits, by contact; the first of each is under way. */
  readonly #lanes = new Map<string, Delivery[]>()
  /** Lanes whose first delivery can be tried now. */
  #ready: string[] = []
  #active = 0
  #waiting = 0

  constructor(options: SenderOptions) {
    this.#options = options
  }

  /** Deliveries that are not done yet. */
  get waiting(): number {
    return this.#waiting
  }

  /** @returns when all of them, and what is repeated on purpose, were accepted or given up */
  async send(events: readonly WebhookEvent[]): Promise<void> {
    const { faults, log } = this.#options
    const inOrder = events.map((event) => {
      log.begin(event)
      return { event, isOutOfOrder: faults.isOutOfOrder(event.source), isTwice: faults.isTwice(event.source) }
    })
    // The last are sent first, and wait for nobody.
    const overtaking = inOrder.filter(({ isOutOfOrder }) => isOutOfOrder).reverse()
    const all = [...inOrder.filter(({ isOutOfOrder }) => !isOutOfOrder), ...overtaking]
    const done = all.flatMap(({ event, isOutOfOrder, isTwice }) => {
      const lane = isOutOfOrder ? event.eventId : `${event.source}:${event.contactKey}`
      return [this.#enqueue(lane, event, false), ...(isTwice ? [this.#enqueue(lane, event, true)] : [])]
    })
    this.#pump()
    await Promise.all(done)
  }

  #enqueue(lane: string, event: WebhookEvent, isDuplicate: boolean): Promise<void> {
    return new Promise((done) => {
      const delivery = { event, isDuplicate, done, attempts: 0 }
      const others = this.#lanes.get(lane)
      if (others) others.push(delivery)
      else {
        this.#lanes.set(lane, [delivery])
        this.#ready.push(lane)
      }
      this.#waiting += 1
    })
  }

  #pump(): void {
    const { most = 32 } = this.#options
    const free = this.#ready.splice(0, Math.max(0, most - this.#active))
    for (const lane of free) {
      this.#active += 1
      void this.#step(lane).finally(() => {
        this.#active -= 1
        this.#pump()
      })
    }
  }

  /** Tries the first delivery of a lane once. */
  async #step(lane: string): Promise<void> {
    const deliveries = this.#lanes.get(lane)
    const first = deliveries?.[0]
    if (!deliveries || !first) return
    const { backoffMs = 500 } = this.#options
    first.attempts += 1
    const isAccepted = await this.#attempt(first)
    if (!isAccepted && first.attempts < attempts) {
      // The lane waits, its place among those under way is free.
      setTimeout(() => this.#resume(lane), backoffMs * 2 ** (first.attempts - 1))
      return
    }
    if (first.isDuplicate) this.#options.log.duplicate(first.event.eventId)
    else this.#options.log.end(first.event.eventId, isAccepted ? 'accepted' : 'failed')
    this.#waiting -= 1
    deliveries.shift()
    if (deliveries.length > 0) this.#ready.push(lane)
    else this.#lanes.delete(lane)
    first.done()
  }

  #resume(lane: string): void {
    this.#ready.push(lane)
    this.#pump()
  }

  async #attempt({ event, isDuplicate }: Delivery): Promise<boolean> {
    const { headers, target, now = Date.now, fetch = globalThis.fetch, log } = this.#options
    const status = await this.#post(event, { headers, target: target(), now, fetch }).catch(() => null)
    if (!isDuplicate) log.attempt(event.eventId, status)
    return status !== null && status >= 200 && status < 300
  }

  async #post(
    { source, body, traceparent }: WebhookEvent,
    {
      headers,
      target,
      now,
      fetch,
    }: Pick<SenderOptions, 'headers'> & {
      target: Target | undefined
      now: () => number
      fetch: typeof globalThis.fetch
    },
  ): Promise<number | null> {
    if (!target) return null
    const path = `/api/webhooks/${source}`
    const outgoing = { body, publicUrl: `${target.publicUrl ?? target.url}${path}`, time: now() }
    const signed = await headers(source, outgoing)
    const response = await fetch(`${target.url}${path}`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'User-Agent': `sandbox-${source}`,
        ...(traceparent !== undefined && { traceparent }),
        ...signed,
      },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(patienceMs),
    })
    // Read to its end, so that the connection can be used again.
    await response.arrayBuffer()
    return response.status
  }
}
