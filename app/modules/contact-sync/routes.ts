import { createRoute, z } from '@hono/zod-openapi'
import type { Deps } from '../../deps.ts'
import { id, idParam } from '../../http/fields.ts'
import { answer, createRoutes, problems } from '../../http/openapi.ts'
import { signedIn } from '../../http/session.ts'
import { requestExport } from './export.ts'

const exportRoute = createRoute({
  method: 'post',
  path: '/api/contacts/{id}/export',
  tags: ['Contacts'],
  middleware: signedIn,
  summary: 'Write a contact to GHL',
  description: 'In the background; operators see the outcome in the sync log.',
  request: { params: idParam },
  responses: {
    202: answer(z.object({ contactId: id }).openapi('ContactExport'), 'Will be written'),
    ...problems(401, 404, 422, 503),
  },
})

export const contactSyncRoutes = (deps: Pick<Deps, 'db' | 'jobs'>) =>
  createRoutes().openapi(exportRoute, async (c) => {
    const contactId = c.req.valid('param').id
    await requestExport(deps, c.get('user').workspaceId, contactId)
    return c.json({ contactId }, 202)
  })
