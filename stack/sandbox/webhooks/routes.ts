import { setTimeout as wait } from 'node:timers/promises'
import { Hono } from 'hono'
import { z } from 'zod'
import { BadRequest, readJson } from '../problem.ts'
import { contactOf, type Events } from './bodies.ts'
import { type Happening, sources, traceparentOf } from './event.ts'
import type { DeliveryLog } from './log.ts'
import type { Sender, Target } from './sender.ts'

export interface WebhookParts {
  readonly events: Events
  readonly sender: Sender
  readonly log: DeliveryLog
  /** Where they go now; it can be changed. */
  readonly target: { now: Target | undefined }
}

/** More would be a mistake, and fill the memory. */
export const mostWaiting = 50_000

const sendSchema = z.strictObject({
  source: z.enum(sources),
  count: z.int().min(1).max(20_000).default(1),
  /** The provider's own word: `ContactCreate`, `sms-failed`, `deal.propertyChange`. */
  type: z.string().min(1).max(100).optional(),
  /** The one whom all of them are about. */
  contact: z.string().min(1).max(100).optional(),
  /** Over how many contacts they are spread, in turn. */
  spread: z.int().min(1).max(10_000).default(100),
  /** As fast as they are accepted otherwise. */
  ratePerSecond: z.number().positive().max(10_000).optional(),
  /** Laid over what the body says: `{ "external_id": "…" }` for texts, `{ "broadcastId": "…" }` for broadcasts. */
  data: z.record(z.string(), z.unknown()).optional(),
  /** Whether the answer waits until all are accepted or given up. */
  wait: z.boolean().default(true),
})

const url = z.url({ protocol: /^https?$/ }).transform((text) => text.replace(/\/+$/, ''))
const targetSchema = z.strictObject({ url, publicUrl: url.optional() })

/** `POST /send`, `GET` and `DELETE /log`, `GET`, `PUT` and `DELETE /target`. */
export function webhookRoutes({ events, sender, log, target }: WebhookParts): Hono {
  const send = async (happenings: readonly Happening[], ratePerSecond: number | undefined, sent: unknown[]) => {
    const done: Promise<void>[] = []
    const began = performance.now()
    for (const batch of batches(happenings, ratePerSecond)) {
      const early = batch.at - (performance.now() - began)
      if (early > 0) await wait(early)
      const made = batch.items.map((happening) => events.make(happening))
      sent.push(...made.map(({ eventId, contactKey, sequence }) => ({ eventId, contactKey, sequence })))
      done.push(sender.send(made))
    }
    await Promise.all(done)
  }

  return new Hono()
    .post('/send', async (c) => {
      const {
        source,
        count,
        type,
        contact,
        spread,
        ratePerSecond,
        data,
        wait: isAwaited,
      } = await readJson(c, sendSchema)
      if (!target.now)
        throw new BadRequest('no_target', 'Say where to: PUT /sandbox/webhooks/target {"url": "…"}.', 409)
      if (sender.waiting + count > mostWaiting) {
        throw new BadRequest('too_many', `At most ${mostWaiting} webhooks may wait; ${sender.waiting} do.`, 429)
      }
      const traceparent = traceparentOf(c.req.header('traceparent'))
      const happenings = Array.from({ length: count }, (_, index) => ({
        source,
        contactKey: contact ?? contactOf[source](index % spread, type),
        type,
        data,
        traceparent,
      }))
      const sent: { eventId: string; contactKey: string; sequence: number }[] = []
      const done = send(happenings, ratePerSecond, sent)
      if (isAwaited) await done
      const shown = sent.map((one) => {
        const { status = null, attempts = 0, outcome = 'pending' } = log.get(one.eventId) ?? {}
        return { ...one, status, attempts, outcome }
      })
      return c.json({ sent: shown }, isAwaited ? 200 : 202)
    })
    .get('/log', (c) =>
      c.json({
        ...log.counts(),
        waiting: sender.waiting,
        ...(c.req.query('byEventId') === 'true' && { byEventId: log.byEventId(c.req.query('source')) }),
      }),
    )
    .delete('/log', (c) => {
      log.clear()
      return c.body(null, 204)
    })
    .get('/target', (c) => c.json({ target: target.now ?? null }))
    .put('/target', async (c) => {
      target.now = await readJson(c, targetSchema)
      return c.json({ target: target.now })
    })
    .delete('/target', (c) => {
      target.now = undefined
      return c.json({ target: null })
    })
}

interface Batch<Item> {
  /** Milliseconds after the beginning. */
  readonly at: number
  readonly items: readonly Item[]
}

/** All at once, or so many every 50 ms that the rate comes out. */
function batches<Item>(items: readonly Item[], ratePerSecond: number | undefined): Batch<Item>[] {
  if (ratePerSecond === undefined) return [{ at: 0, items }]
  const byTime = new Map<number, Item[]>()
  for (const [index, item] of items.entries()) {
    const at = Math.floor((index * 1_000) / ratePerSecond / 50) * 50
    byTime.set(at, [...(byTime.get(at) ?? []), item])
  }
  return [...byTime].map(([at, some]) => ({ at, items: some }))
}
