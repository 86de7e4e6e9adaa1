import { Hono } from 'hono'
import { z } from 'zod'
import { type Entry, readNotice } from './inbox-entry.ts'
import { inboxPage, inboxScript } from './inbox-page.ts'
import { BadRequest, readJson } from './problem.ts'

/** Enough for hours of alerts, and a few megabytes at most. */
const kept = 500

const formats =
  'The body is none of: an Alertmanager webhook, a Slack message (text or attachments), a PagerDuty event (Events API v2).'

/** Receives what Alertmanager sends to people, in memory; newest first. */
export function inbox({ now = Date.now }: { readonly now?: () => number } = {}): Hono {
  let entries: Entry[] = []
  let lastId = 0

  return new Hono()
    .get('/inbox', (c) => c.html(inboxPage(entries)))
    .get('/inbox.js', (c) => c.body(inboxScript, 200, { 'Content-Type': 'text/javascript' }))
    .get('/inbox.json', (c) => c.json(entries))
    .delete('/inbox', (c) => {
      entries = []
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
      lastId += 1
      const receivedAt = new Date(now()).toISOString()
      entries = [{ id: lastId, receivedAt, receiver, ...notice, payload: withoutKey(payload) }, ...entries].slice(
        0,
        kept,
      )
      // Each provider's own answer: senders check it.
      if (notice.via === 'slack') return c.text('ok')
      if (notice.via === 'webhook') return c.json({ id: lastId })
      const dedup_key = typeof payload.dedup_key === 'string' ? payload.dedup_key : `sandbox-${lastId}`
      return c.json({ status: 'success', message: 'Event processed', dedup_key }, 202)
    })
}

const withoutKey = (payload: Record<string, unknown>): Record<string, unknown> =>
  'routing_key' in payload ? { ...payload, routing_key: '[removed]' } : payload
