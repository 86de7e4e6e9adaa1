import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { same, wantsBearer } from '../kit/credentials.ts'
import { numberedPage, readNumber } from '../kit/paging.ts'
import { modifiedIn2025, personOf } from '../kit/people.ts'
import { draw, newName } from '../kit/random.ts'
import { type Kept, Records } from '../kit/records.ts'
import { BadRequest, readJson } from '../problem.ts'
import type { ProviderApp } from './provider.ts'

export interface VerityOptions {
  readonly key: string
  readonly now?: () => number
  /** Told each accepted broadcast, once. */
  readonly onBroadcast?: (broadcast: Broadcast) => void
}

export interface Recipient {
  readonly id: string
  readonly willArrive: boolean
}

export interface Broadcast extends Kept {
  readonly name: string
  readonly recipients: readonly Recipient[]
  /** For those of the data set, whose recipients nobody asks for. */
  readonly counted: { readonly sent: number; readonly failed: number } | undefined
  readonly externalId: string | undefined
  readonly createdAt: number
}

const size = 120
const contactCount = 1_000
/** A broadcast is scheduled for so long, then sent. */
const scheduledMs = 1_000

const madeBroadcast = (number: number): Broadcast => {
  const random = draw('verity', number)
  const modifiedAt = modifiedIn2025(number, size)
  const sent = random.int(50, 2_000)
  return {
    id: `bc_${random.name(16)}`,
    name: `${random.pick(['Newsletter', 'Offer', 'Invitation', 'Reminder'])} ${number + 1}`,
    recipients: [],
    counted: { sent, failed: random.int(0, 20) },
    externalId: undefined,
    createdAt: modifiedAt,
    modifiedAt,
  }
}

/** Verity Prod: broadcasts to many recipients, and the contacts behind the API gateway. */
export function verity({ key, now = Date.now, onBroadcast }: VerityOptions): ProviderApp {
  const broadcasts = new Records<Broadcast>({
    make: () => Array.from({ length: size }, (_, number) => madeBroadcast(number)),
    now,
    // Each has up to 1,000 recipients.
    most: 500,
  })

  const app = new Hono()
  app.use(wantsBearer('verity', (token) => same(token, key)))
  app.get('/health', (c) => c.json({ status: 'ok' }))
  app.post('/broadcasts', async (c) => {
    const { name, recipients, externalId } = await readJson(c, broadcastSchema)
    const known = externalId === undefined ? undefined : broadcasts.list().find((one) => one.externalId === externalId)
    if (known) return c.json({ id: known.id, status: statusOf(known, now()) }, 202)
    const broadcast = broadcasts.put({
      id: `bc_${newName(16)}`,
      name,
      recipients: recipients.map((one) => ({ id: one.id, willArrive: !one.id.endsWith('0000') })),
      counted: undefined,
      externalId,
      createdAt: now(),
    })
    onBroadcast?.(broadcast)
    return c.json({ id: broadcast.id, status: 'scheduled' }, 202)
  })
  app.get('/broadcasts', (c) => {
    const { items, paging } = pageOf(broadcasts.list(), c)
    return c.json({ broadcasts: items.map((one) => shown(one, now())), ...paging })
  })
  app.get('/broadcasts/:id', (c) => {
    const broadcast = broadcasts.get(c.req.param('id'))
    if (!broadcast) throw new BadRequest('not_found', 'There is no broadcast of that id.', 404)
    return c.json(shown(broadcast, now()))
  })
  const contacts = Array.from({ length: contactCount }, (_, number) => number)
  app.get('/contacts', (c) => {
    const { items, paging } = pageOf(contacts, c)
    return c.json({ contacts: items.map(contactOf), ...paging })
  })
  app.get('/contacts/:id', (c) => {
    const number = Number(/^vc_(\d{1,4})$/.exec(c.req.param('id'))?.[1] ?? -1)
    if (number < 0 || number >= contactCount) {
      throw new BadRequest('not_found', 'There is no contact of that id.', 404)
    }
    return c.json(contactOf(number))
  })

  return {
    name: 'verity',
    path: '/verity/api',
    sets: [broadcasts],
    app,
    touch: (count) => broadcasts.touch(count, (one) => ({ ...one, name: `${one.name}, again` })).map(({ id }) => id),
  }
}

const recipient = z.union([
  z
    .string()
    .min(1)
    .max(100)
    .transform((id) => ({ id })),
  z.looseObject({ id: z.string().min(1).max(100) }),
])
const broadcastSchema = z.object({
  name: z.string().min(1).max(200),
  message: z.string().min(1).max(10_000),
  recipients: z.array(recipient).min(1).max(1_000),
  externalId: z.string().min(1).max(200).optional(),
})

const statusOf = ({ createdAt }: Broadcast, now: number): string =>
  now - createdAt < scheduledMs ? 'scheduled' : 'sent'

function shown(broadcast: Broadcast, now: number) {
  const { id, name, externalId, createdAt, recipients } = broadcast
  const status = statusOf(broadcast, now)
  const failed = recipients.filter(({ willArrive }) => !willArrive).length
  const counts = status === 'scheduled' ? { sent: 0, failed: 0 } : { sent: recipients.length - failed, failed }
  return {
    id,
    name,
    status,
    ...(broadcast.counted ?? counts),
    externalId: externalId ?? null,
    createdAt: new Date(createdAt).toISOString(),
  }
}

function contactOf(number: number) {
  const { first, last, email, phone } = personOf(number)
  return { id: `vc_${number}`, name: `${first} ${last}`, email, phone }
}

function pageOf<Item>(list: readonly Item[], c: Context) {
  const page = readNumber(c, 'page', { fallback: 1, most: 100_000 })
  const limit = readNumber(c, 'limit', { fallback: 20, most: 100 })
  const { items, pageCount } = numberedPage(list, page, limit)
  return { items, paging: { page, limit, pageCount, total: list.length } }
}
