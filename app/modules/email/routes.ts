import { createRoute } from '@hono/zod-openapi'
import type { Deps } from '../../deps.ts'
import { idParam } from '../../http/fields.ts'
import { answer, createRoutes, jsonBody, problems } from '../../http/openapi.ts'
import { pagingQuery } from '../../http/paging.ts'
import { signedIn } from '../../http/session.ts'
import { listMailboxes, requestSyncOf } from './mailboxes.ts'
import {
  emailListQuery,
  emailListSchema,
  mailboxListSchema,
  mailboxSchema,
  newEmailSchema,
  outgoingListQuery,
  outgoingListSchema,
  outgoingSchema,
  shownEmail,
  shownMailbox,
  shownOutgoing,
} from './schemas.ts'
import { listOutgoing, queueEmail, readOutgoing } from './sending.ts'
import { listEmails } from './table.ts'

const shared = { tags: ['E-mail'], middleware: signedIn }

const list = createRoute({
  ...shared,
  method: 'get',
  path: '/api/emails',
  summary: 'List the messages of the workspace’s mailboxes, newest first',
  request: { query: emailListQuery },
  responses: { 200: answer(emailListSchema, 'One page'), ...problems(401, 422, 503) },
})

const send = createRoute({
  ...shared,
  method: 'post',
  path: '/api/emails',
  summary: 'Send an e-mail',
  description: 'It is put into the outbox, and sent as soon as possible; its status there says what became of it.',
  request: { body: jsonBody(newEmailSchema) },
  responses: { 202: answer(outgoingSchema, 'Queued'), ...problems(400, 401, 422, 503) },
})

const outbox = createRoute({
  ...shared,
  method: 'get',
  path: '/api/emails/outbox',
  summary: 'List what was sent or is to be sent, newest first',
  request: { query: outgoingListQuery },
  responses: { 200: answer(outgoingListSchema, 'One page'), ...problems(401, 422, 503) },
})

const outgoing = createRoute({
  ...shared,
  method: 'get',
  path: '/api/emails/outbox/{id}',
  summary: 'What became of an e-mail',
  request: { params: idParam },
  responses: { 200: answer(outgoingSchema, 'The e-mail'), ...problems(401, 404, 422, 503) },
})

const mailboxes = createRoute({
  ...shared,
  method: 'get',
  path: '/api/mailboxes',
  summary: 'List mailboxes',
  request: { query: pagingQuery },
  responses: { 200: answer(mailboxListSchema, 'One page'), ...problems(401, 422, 503) },
})

const sync = createRoute({
  ...shared,
  method: 'post',
  path: '/api/mailboxes/{id}/sync',
  summary: 'Read what is new in a mailbox now',
  request: { params: idParam },
  responses: { 202: answer(mailboxSchema, 'It is read soon'), ...problems(401, 404, 422, 503) },
})

export const emailRoutes = (deps: Pick<Deps, 'db' | 'jobs'>) =>
  createRoutes()
    .openapi(list, async (c) => {
      const { rows, nextCursor } = await listEmails(deps.db, c.get('user').workspaceId, c.req.valid('query'))
      return c.json({ emails: rows.map(shownEmail), nextCursor }, 200)
    })
    .openapi(send, async (c) => {
      const email = await queueEmail(deps, c.get('user').workspaceId, c.req.valid('json'))
      return c.json(shownOutgoing(email), 202, { location: `/api/emails/outbox/${email.id}` })
    })
    .openapi(outbox, async (c) => {
      const { rows, nextCursor } = await listOutgoing(deps, c.get('user').workspaceId, c.req.valid('query'))
      return c.json({ emails: rows.map(shownOutgoing), nextCursor }, 200)
    })
    .openapi(outgoing, async (c) => {
      const email = await readOutgoing(deps, c.get('user').workspaceId, c.req.valid('param').id)
      return c.json(shownOutgoing(email), 200)
    })
    .openapi(mailboxes, async (c) => {
      const { rows, nextCursor } = await listMailboxes(deps, c.get('user').workspaceId, c.req.valid('query'))
      return c.json({ mailboxes: rows.map(shownMailbox), nextCursor }, 200)
    })
    .openapi(sync, async (c) => {
      const mailbox = await requestSyncOf(deps, c.get('user').workspaceId, c.req.valid('param').id)
      return c.json(shownMailbox(mailbox), 202)
    })
