import { Hono } from 'hono'
import { z } from 'zod'
import { HeartbeatWatch } from './heartbeat.ts'
import { type Entry, type Notice, readMail, readNotice } from './inbox-entry.ts'
import { inboxPage, inboxScript } from './inbox-page.ts'
import { readMessage } from './mail/message.ts'
import { BadRequest, readJson } from './problem.ts'

/** Enough for hours of alerts, and a few megabytes at most. */
const kept = 500

const formats =
  'The body is none of: an Alertmanager webhook, a Slack message (text or attachments), a PagerDuty event (Events API v2).'

export interface InboxOptions {
  readonly now?: () => number
  /** How long the dead man's switch may be silent. */
  readonly heartbeatLimitMs?: number
}

/** Receives what Alertmanager sends to people, in memory; newest first. */
export class Inbox {
  readonly #now: () => number
  readonly #heart: HeartbeatWatch
  #entries: readonly Entry[] = []
  #lastId = 0

  constructor({ now = Date.now, heartbeatLimitMs = 180_000 }: InboxOptions = {}) {
    this.#now = now
    this.#heart = new HeartbeatWatch({
      now,
      limitMs: heartbeatLimitMs,
      onChange: (notice) => this.#add('heartbeat', notice, null),
    })
  }

  /** An e-mail from Alertmanager; it never fails. */
  addMail(envelope: { readonly from: string; readonly to: readonly string[] }, raw: Buffer): Entry {
    const message = readMessage(raw)
    const receiver = envelope.to[0]?.split('@')[0]?.replace(/[^\w.-]/g, '') || 'nobody'
    return this.#add(receiver, readMail(message), { ...envelope, ...message })
  }

  /** `GET /inbox`, `GET /inbox.json`, `GET /heartbeat.json`, `DELETE /inbox`, `POST /inbox/:receiver`. */
  routes(): Hono {
    return new Hono()
      .get('/inbox', (c) =>
        c.html(inboxPage({ entries: this.#entries, heart: this.#heart.state(), query: c.req.query() })),
      )
      .get('/inbox.js', (c) => c.body(inboxScript, 200, { 'Content-Type': 'text/javascript' }))
      .get('/inbox.json', (c) => c.json(this.#entries))
      .get('/heartbeat.json', (c) => c.json(this.#heart.state()))
      .delete('/inbox', (c) => {
        this.#entries = []
        return c.body(null, 204)
      })
      .post('/inbox/:receiver', async (c) => {
        const receiver = c.req.param('receiver')
        if (!/^[\w.-]{1,64}$/.test(receiver)) {
          throw new BadRequest('invalid_receiver', 'A receiver’s name has 1 to 64 letters, digits, dots and dashes.')
        }
        const payload = await readJson(c, z.record(z.string(), z.unknown()))
        const notice = readNotice(payload)
        if (!notice) throw new BadRequest('unknown_format', formats, 422)
        // A beat a minute would push everything else out.
        if (receiver === 'heartbeat') {
          this.#heart.beat(notice)
          return c.json({ id: 0 })
        }
        const { id } = this.#add(receiver, notice, withoutKey(payload))
        // Each provider's own answer: senders check it.
        if (notice.via === 'slack') return c.text('ok')
        if (notice.via === 'webhook') return c.json({ id })
        const dedup_key = typeof payload.dedup_key === 'string' ? payload.dedup_key : `sandbox-${id}`
        return c.json({ status: 'success', message: 'Event processed', dedup_key }, 202)
      })
  }

  #add(receiver: string, notice: Notice, payload: unknown): Entry {
    this.#lastId += 1
    const receivedAt = new Date(this.#now()).toISOString()
    const entry = { id: this.#lastId, receivedAt, receiver, ...notice, payload }
    this.#entries = [entry, ...this.#entries].slice(0, kept)
    return entry
  }
}

const withoutKey = (payload: Record<string, unknown>): Record<string, unknown> =>
  'routing_key' in payload ? { ...payload, routing_key: '[removed]' } : payload
