import { Hono } from 'hono'
import { z } from 'zod'
import { wantsBearer } from '../kit/credentials.ts'
import { firstOf, fromCursor, readNumber, toCursor } from '../kit/paging.ts'
import { Records } from '../kit/records.ts'
import { BadRequest, readJson } from '../problem.ts'
import { traceparentOf } from '../webhooks/event.ts'
import {
  firstHistoryId,
  type Message,
  madeMessages,
  mailbox,
  newMessage,
  rendered,
  type Written,
} from './gmail-messages.ts'
import { matcherOf } from './gmail-search.ts'
import type { ProviderApp } from './provider.ts'

export interface GmailOptions {
  readonly isAccessToken: (token: string) => boolean
  readonly now?: () => number
  /** Called when messages arrived, which Google tells whoever watches. */
  readonly onArrival?: (traceparent: string | undefined) => void
}

export interface Gmail extends ProviderApp {
  /** The newest, as a push says it. */
  readonly historyId: () => string
  /** `POST /sandbox/gmail/messages` `{ count?, from?, subject?, text? }` → `{ added, historyId }`: they arrive, and Google pushes. */
  readonly arrivals: Hono
}

/** One mailbox of 3,000 messages, which only grows. `modifiedAt` of a message is its history id. */
export function gmail({ isAccessToken, now = Date.now, onArrival }: GmailOptions): Gmail {
  const messages = new Records<Message>({ make: madeMessages, now })
  const historyId = () => String(messages.newest)
  const receive = (count: number, written?: Written) =>
    Array.from({ length: count }, () => messages.put(newMessage(now(), written)).id)
  const find = (id: string): Message => {
    const message = messages.get(id)
    if (message) return message
    throw new BadRequest('not_found', 'The mailbox has no such message.', 404)
  }

  const app = new Hono()
  app.use(wantsBearer('gmail', isAccessToken))
  const me = '/gmail/v1/users/me'

  app.get(`${me}/profile`, (c) =>
    c.json({
      emailAddress: mailbox,
      messagesTotal: messages.size,
      threadsTotal: new Set(messages.list().map(({ threadId }) => threadId)).size,
      historyId: historyId(),
    }),
  )

  app.get(`${me}/messages`, (c) => {
    const size = readNumber(c, 'maxResults', { fallback: 100, most: 500 })
    const token = c.req.query('pageToken')
    const before = token ? Number(fromCursor(token, 1)[0]) : Number.POSITIVE_INFINITY
    const matches = matcherOf(c.req.query('q') ?? '', now())
    // Newest first; what arrives meanwhile stands before the first page and moves none.
    const found = messages.byModified().toReversed().filter(matches)
    const { items, last } = firstOf(
      found.filter(({ modifiedAt }) => modifiedAt < before),
      size,
    )
    return c.json({
      messages: items.map(named),
      ...(last && { nextPageToken: toCursor([last.modifiedAt]) }),
      resultSizeEstimate: found.length,
    })
  })

  app.get(`${me}/messages/:id`, (c) => c.json(rendered(find(c.req.param('id')), c.req.query('format') ?? 'full')))

  app.get(`${me}/history`, (c) => {
    const start = c.req.query('startHistoryId') ?? ''
    if (!/^\d{1,15}$/.test(start)) throw new BadRequest('invalid_parameter', 'Give startHistoryId, a whole number.')
    if (Number(start) < firstHistoryId) {
      throw new BadRequest('not_found', 'startHistoryId is too old: list the messages, and go on from there.', 404)
    }
    const token = c.req.query('pageToken')
    const after = token ? Number(fromCursor(token, 1)[0]) : Number(start)
    const { items, last } = firstOf(
      messages.byModified().filter(({ modifiedAt }) => modifiedAt > after),
      readNumber(c, 'maxResults', { fallback: 100, most: 500 }),
    )
    return c.json({
      history: items.map((message) => ({
        id: String(message.modifiedAt),
        messages: [named(message)],
        messagesAdded: [{ message: { ...named(message), labelIds: message.labelIds } }],
      })),
      ...(last && { nextPageToken: toCursor([last.modifiedAt]) }),
      // Never below what the caller has: the sandbox forgets what arrived when it starts anew.
      historyId: String(Math.max(messages.newest, Number(start))),
    })
  })

  app.post(`${me}/watch`, (c) =>
    c.json({ historyId: historyId(), expiration: String(now() + 7 * 24 * 60 * 60 * 1_000) }),
  )

  const arrivals = new Hono().post('/', async (c) => {
    const { count, ...written } = await readJson(c, arriving)
    const added = receive(count, written)
    onArrival?.(traceparentOf(c.req.header('traceparent')))
    return c.json({ added, historyId: historyId() }, 201)
  })

  return {
    name: 'gmail',
    path: '/gmail',
    sets: [messages],
    app,
    arrivals,
    historyId,
    touch: (count) => receive(count),
  }
}

/** Without line breaks, which would begin another header. */
const headerText = z.string().regex(/^[^\r\n]{1,300}$/, { error: 'a header is one line of 1 to 300 characters' })
const arriving = z.strictObject({
  count: z.int().min(1).max(1_000).default(1),
  /** `Anna Holm <anna@blue.example>`; somebody otherwise. */
  from: headerText.optional(),
  subject: headerText.optional(),
  text: z.string().max(5_000).optional(),
})

const named = ({ id, threadId }: Message) => ({ id, threadId })
