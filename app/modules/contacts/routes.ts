import { createRoute } from '@hono/zod-openapi'
import type { Deps } from '../../deps.ts'
import { idParam } from '../../http/fields.ts'
import { answer, createRoutes, jsonBody, problems } from '../../http/openapi.ts'
import { signedIn } from '../../http/session.ts'
import {
  contactChangesSchema,
  contactListQuery,
  contactListSchema,
  contactSchema,
  createdContactSchema,
  mergeSchema,
  newContactSchema,
  shownContact,
} from './schemas.ts'
import { changeContact, createContact, mergeContacts, readContact, removeContact, searchContacts } from './service.ts'

const shared = { tags: ['Contacts'], middleware: signedIn }

const list = createRoute({
  ...shared,
  method: 'get',
  path: '/api/contacts',
  summary: 'List and search contacts, newest first',
  description: 'A contact is found by `q` as soon as its search-indexing job has run, usually within a second.',
  request: { query: contactListQuery },
  responses: { 200: answer(contactListSchema, 'One page'), ...problems(401, 422, 503) },
})

const create = createRoute({
  ...shared,
  method: 'post',
  path: '/api/contacts',
  summary: 'Create a contact',
  description: 'Enrichment and search indexing follow in the background.',
  request: { body: jsonBody(newContactSchema) },
  responses: { 201: answer(createdContactSchema, 'Created'), ...problems(400, 401, 422, 503) },
})

const read = createRoute({
  ...shared,
  method: 'get',
  path: '/api/contacts/{id}',
  summary: 'Read a contact',
  request: { params: idParam },
  responses: { 200: answer(contactSchema, 'The contact'), ...problems(401, 404, 422, 503) },
})

const update = createRoute({
  ...shared,
  method: 'patch',
  path: '/api/contacts/{id}',
  summary: 'Change a contact',
  request: { params: idParam, body: jsonBody(contactChangesSchema) },
  responses: { 200: answer(contactSchema, 'The contact'), ...problems(400, 401, 404, 422, 503) },
})

const remove = createRoute({
  ...shared,
  method: 'delete',
  path: '/api/contacts/{id}',
  summary: 'Delete a contact',
  request: { params: idParam },
  responses: { 204: { description: 'Deleted' }, ...problems(401, 404, 422, 503) },
})

const merge = createRoute({
  ...shared,
  method: 'post',
  path: '/api/contacts/{id}/merge',
  summary: 'Merge another contact into this one',
  description:
    'Empty fields are taken from the other contact, notes are joined, its leads, deals and invoices move over, and it is removed.',
  request: { params: idParam, body: jsonBody(mergeSchema) },
  responses: { 200: answer(contactSchema, 'The merged contact'), ...problems(400, 401, 404, 422, 503) },
})

export const contactRoutes = (deps: Deps) =>
  createRoutes()
    .openapi(list, async (c) => {
      const { rows, nextCursor } = await searchContacts(deps, c.get('user').workspaceId, c.req.valid('query'))
      return c.json({ contacts: rows.map(shownContact), nextCursor }, 200)
    })
    .openapi(create, async (c) => {
      const contact = await createContact(deps, c.get('user').workspaceId, c.req.valid('json'))
      return c.json({ ...shownContact(contact), duplicateOf: contact.duplicateOf }, 201, {
        location: `/api/contacts/${contact.id}`,
      })
    })
    .openapi(read, async (c) => {
      const contact = await readContact(deps, c.get('user').workspaceId, c.req.valid('param').id)
      return c.json(shownContact(contact), 200)
    })
    .openapi(update, async (c) => {
      const { workspaceId } = c.get('user')
      const contact = await changeContact(deps, workspaceId, c.req.valid('param').id, c.req.valid('json'))
      return c.json(shownContact(contact), 200)
    })
    .openapi(remove, async (c) => {
      await removeContact(deps, c.get('user').workspaceId, c.req.valid('param').id)
      return c.body(null, 204)
    })
    .openapi(merge, async (c) => {
      const { workspaceId } = c.get('user')
      const contact = await mergeContacts(deps, workspaceId, c.req.valid('param').id, c.req.valid('json').sourceId)
      return c.json(shownContact(contact), 200)
    })
