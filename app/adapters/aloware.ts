import { z } from 'zod'
import type { OutsideConfig } from '../config-outside.ts'
import { createAdapter } from './adapter.ts'
import type { Client, ClientOptions } from './client.ts'
import { createHttp } from './http.ts'
import type { Aloware } from './outside.ts'

const operations = { ping: 'other', send_text: 'text' } as const

const sentSchema = z.object({ id: z.coerce.string().min(1), status: z.string() })

/** Aloware's API (texting). Its token stands in the query: spans and logs keep the names of a query only. */
export const createAloware = (config: OutsideConfig['aloware'], options: ClientOptions): Client<Aloware> => {
  const adapter = createAdapter({ ...options, provider: 'aloware', operations })
  const { request, once } = createHttp(adapter, { baseUrl: config.baseUrl, credentials: { headers: () => ({}) } })
  const query = { api_token: config.apiToken }
  const ping = { path: '/webhook/status', query, schema: z.unknown().transform(() => undefined) }

  const aloware: Aloware = {
    ping: (context) => request('ping', ping, context),
    sendText: ({ externalId, to, message }, context) =>
      request(
        'send_text',
        {
          method: 'POST',
          path: '/communications/sms',
          query,
          json: { to, message, external_id: externalId },
          schema: sentSchema,
          isIdempotent: true,
        },
        context,
      ),
  }
  return { api: aloware, adapter, probe: (limitMs) => once('ping', ping, limitMs) }
}
