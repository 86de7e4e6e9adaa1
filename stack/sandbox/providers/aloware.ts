import { Hono } from 'hono'
import { z } from 'zod'
import { same, wants } from '../kit/credentials.ts'
import { numberedPage, readNumber } from '../kit/paging.ts'
import { modifiedIn2025, personOf } from '../kit/people.ts'
import { draw } from '../kit/random.ts'
import { type Kept, Records } from '../kit/records.ts'
import { readJson } from '../problem.ts'
import type { ProviderApp } from './provider.ts'

export interface AlowareOptions {
  readonly token: string
  readonly now?: () => number
  /** Told each accepted text message, once. */
  readonly onSms?: (sms: Sms) => void
}

export interface Sms {
  readonly id: string
  readonly externalId: string
  readonly contactId: string
  readonly willArrive: boolean
}

interface Communication extends Kept {
  readonly direction: 'inbound' | 'outbound'
  readonly contactId: string
  readonly to: string | undefined
  readonly body: string
  readonly status: string
  readonly externalId: string | undefined
}

const size = 1_000

const madeCommunication = (number: number): Communication => {
  const random = draw('aloware', number)
  const isInbound = random.int(0, 2) === 0
  const person = random.int(0, 4_999)
  return {
    id: String(700_001 + number),
    direction: isInbound ? 'inbound' : 'outbound',
    contactId: String(person + 1),
    to: isInbound ? undefined : personOf(person).phone,
    body: random.pick([
      'On my way.',
      'Can we move it to 3?',
      'Thank you!',
      'Your appointment is tomorrow.',
      'Call me.',
    ]),
    status: isInbound ? 'received' : random.pick(['delivered', 'delivered', 'delivered', 'failed']),
    externalId: undefined,
    modifiedAt: modifiedIn2025(number, size),
  }
}

/** Text messages to numbers that end in 0000 do not arrive. */
const arrives = (number: string): boolean => !number.endsWith('0000')

export function aloware({ token, now = Date.now, onSms }: AlowareOptions): ProviderApp {
  const communications = new Records<Communication>({
    make: () => Array.from({ length: size }, (_, number) => madeCommunication(number)),
    now,
  })
  /** External id → id, of what was kept. */
  const sent = new Map<string, string>()
  let lastId = Math.max(now(), 1_000_000)

  const app = new Hono()
  app.use(wants('aloware', 'api_token', (c) => same(c.req.query('api_token') ?? '', token)))
  app.get('/webhook/status', (c) => c.json({ status: 'ok' }))
  app.post('/communications/sms', async (c) => {
    const { to, message, external_id: externalId } = await readJson(c, smsSchema)
    const known = communications.get(sent.get(externalId) ?? '')
    if (known) return c.json({ id: known.id, status: 'queued' })
    lastId += 1
    const id = String(lastId)
    const status = arrives(to) ? 'delivered' : 'failed'
    // Aloware's own name for whoever has this number.
    const contactId = to.replace(/\D/g, '')
    communications.put({ id, direction: 'outbound', contactId, to, body: message, status, externalId })
    sent.set(externalId, id)
    const oldest = sent.keys().next().value
    if (sent.size > 10_000 && oldest !== undefined) sent.delete(oldest)
    onSms?.({ id, externalId, contactId, willArrive: arrives(to) })
    return c.json({ id, status: 'queued' })
  })
  app.get('/communications', (c) => {
    const page = readNumber(c, 'page', { fallback: 1, most: 100_000 })
    const perPage = readNumber(c, 'per_page', { fallback: 20, most: 100 })
    const { items, pageCount } = numberedPage(communications.list(), page, perPage)
    return c.json({
      data: items.map(shown),
      current_page: page,
      last_page: pageCount,
      per_page: perPage,
      total: communications.size,
    })
  })

  return {
    name: 'aloware',
    path: '/aloware/api/v1',
    sets: [communications],
    app,
    // What had arrived is read.
    touch: (count) => communications.touch(count, (one) => ({ ...one, status: 'read' })).map(({ id }) => id),
  }
}

const smsSchema = z.object({
  to: z.string().regex(/^\+?\d{3,15}$/, { error: 'write the number as +4512345678' }),
  message: z.string().min(1).max(1_600),
  external_id: z.string().min(1).max(200),
})

const shown = ({ id, direction, contactId, to, body, status, externalId, modifiedAt }: Communication) => ({
  id,
  type: 'sms',
  direction,
  contact: { id: contactId },
  to: to ?? null,
  body,
  status,
  external_id: externalId ?? null,
  updated_at: new Date(modifiedAt).toISOString(),
})
