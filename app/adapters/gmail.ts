import { z } from 'zod'
import type { OutsideConfig } from '../config-outside.ts'
import { type Adapter, createAdapter } from './adapter.ts'
import type { Client, ClientOptions } from './client.ts'
import { type Credentials, createHttp } from './http.ts'
import type { Gmail, GmailMessage } from './outside.ts'

const operations = {
  token: 'other',
  profile: 'other',
  list_messages: 'message',
  message: 'message',
  history: 'message',
} as const

const profileSchema = z.object({
  emailAddress: z.string(),
  historyId: z.coerce.string(),
  messagesTotal: z.int().nonnegative(),
})
const reference = z.object({ id: z.string().min(1), threadId: z.string().min(1) })
/** Google leaves out lists that are empty. */
const listSchema = z.object({ messages: z.array(reference).default([]), nextPageToken: z.string().optional() })
const messageSchema = reference.extend({
  labelIds: z.array(z.string()).default([]),
  snippet: z.string().default(''),
  historyId: z.coerce.string(),
  internalDate: z.coerce.number().int().nonnegative(),
  payload: z.object({ headers: z.array(z.object({ name: z.string(), value: z.string() })).default([]) }),
})
const historySchema = z.object({
  history: z.array(z.object({ messagesAdded: z.array(z.object({ message: reference })).default([]) })).default([]),
  historyId: z.coerce.string(),
  nextPageToken: z.string().optional(),
})

/** The most that Gmail gives on a page. */
const longestPage = 500

/** Gmail's REST API, for the account whose refresh token is configured. */
export const createGmail = (
  config: OutsideConfig['google'],
  credentialsOf: (adapter: Adapter<'token'>) => Credentials,
  options: ClientOptions,
): Client<Gmail> => {
  const adapter = createAdapter({ ...options, provider: 'gmail', operations })
  const { request, once } = createHttp(adapter, { baseUrl: config.gmailBaseUrl, credentials: credentialsOf(adapter) })
  const profile = { path: '/gmail/v1/users/me/profile', schema: profileSchema }

  const gmail: Gmail = {
    profile: (context) => request('profile', profile, context),
    listMessages: async ({ cursor, limit }, context) => {
      const { messages, nextPageToken } = await request(
        'list_messages',
        {
          path: '/gmail/v1/users/me/messages',
          query: { maxResults: Math.min(limit, longestPage), pageToken: cursor },
          schema: listSchema,
        },
        context,
      )
      return { items: messages, nextCursor: nextPageToken }
    },
    message: async (id, context) =>
      messageOf(
        await request(
          'message',
          {
            path: `/gmail/v1/users/me/messages/${encodeURIComponent(id)}`,
            query: { format: 'full' },
            schema: messageSchema,
          },
          context,
        ),
      ),
    history: async (startHistoryId, cursor, context) => {
      const read = await request(
        'history',
        {
          path: '/gmail/v1/users/me/history',
          query: { startHistoryId, pageToken: cursor, historyTypes: 'messageAdded' },
          schema: historySchema,
        },
        context,
      )
      const added = read.history.flatMap(({ messagesAdded }) => messagesAdded.map(({ message }) => message.id))
      return { added: [...new Set(added)], historyId: read.historyId, nextCursor: read.nextPageToken }
    },
  }
  return { api: gmail, adapter, probe: (limitMs) => once('profile', profile, limitMs) }
}

const messageOf = ({ payload, ...message }: z.infer<typeof messageSchema>): GmailMessage => {
  const header = (wanted: string): string =>
    payload.headers.find(({ name }) => name.toLowerCase() === wanted)?.value ?? ''
  return {
    id: message.id,
    threadId: message.threadId,
    historyId: message.historyId,
    receivedAt: new Date(message.internalDate),
    from: header('from'),
    to: header('to'),
    subject: header('subject'),
    snippet: message.snippet,
    labels: message.labelIds,
  }
}
