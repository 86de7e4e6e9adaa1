import { createRoute, z } from '@hono/zod-openapi'
import { eventSources } from '../../db/schema-webhooks.ts'
import type { Deps } from '../../deps.ts'
import { answer, createRoutes, problems } from '../../http/openapi.ts'
import { receive } from './receive.ts'
import { signatureChecks } from './signatures.ts'
import { eventStore } from './store.ts'

const receiptSchema = z
  .object({
    accepted: z.int().openapi({ description: 'Events that are stored now, and will be worked off' }),
    duplicates: z.int().openapi({ description: 'Events that were known already' }),
  })
  .openapi('WebhookReceipt')

/** The doors, one a source. The body is read by hand: the signature is about its bytes. */
export const webhookRoutes = (deps: Deps) => {
  const routes = createRoutes()
  const checks = signatureChecks(deps.config)
  const store = eventStore(deps)
  for (const source of eventSources) {
    const door = createRoute({
      method: 'post',
      path: `/api/webhooks/${source}`,
      tags: ['Webhooks'],
      summary: `Take in a webhook of ${source}`,
      description: 'Signed as the provider signs. Answered at once; the work is done in the background, in order.',
      responses: { 202: answer(receiptSchema, 'Stored'), ...problems(400, 401, 413, 422, 503) },
    })
    routes.openapi(door, async (c) => {
      const body = Buffer.from(await c.req.arrayBuffer())
      const { pathname, search } = new URL(c.req.url)
      const request = { body, path: pathname + search, header: (name: string) => c.req.header(name) }
      return c.json(await receive(store, source, request, checks[source]), 202)
    })
  }
  return routes
}
