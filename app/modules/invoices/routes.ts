import { createRoute } from '@hono/zod-openapi'
import type { Deps } from '../../deps.ts'
import { idParam } from '../../http/fields.ts'
import { answer, createRoutes, jsonBody, problems } from '../../http/openapi.ts'
import { signedIn } from '../../http/session.ts'
import { invoiceListQuery, invoiceListSchema, invoiceSchema, newInvoiceSchema, shownInvoice } from './schemas.ts'
import { createInvoice, invoiceDeal, listInvoices, readInvoice, retryInvoice } from './service.ts'

const shared = { tags: ['Invoices'], middleware: signedIn }
const known = answer(invoiceSchema, 'It was there already')

const list = createRoute({
  ...shared,
  method: 'get',
  path: '/api/invoices',
  summary: 'List invoices, newest first',
  request: { query: invoiceListQuery },
  responses: { 200: answer(invoiceListSchema, 'One page'), ...problems(401, 422, 503) },
})

const create = createRoute({
  ...shared,
  method: 'post',
  path: '/api/invoices',
  summary: 'Create an invoice',
  description: 'It is a draft at once and made at Billy in the background. The same `externalId` is the same invoice.',
  request: { body: jsonBody(newInvoiceSchema) },
  responses: { 200: known, 201: answer(invoiceSchema, 'Created'), ...problems(400, 401, 422, 503) },
})

const ofDeal = createRoute({
  ...shared,
  method: 'post',
  path: '/api/deals/{id}/invoice',
  summary: 'Invoice a deal',
  description: 'A deal has one invoice. When it has failed it is sent again.',
  request: { params: idParam },
  responses: { 200: known, 201: answer(invoiceSchema, 'Created'), ...problems(401, 404, 409, 422, 503) },
})

const read = createRoute({
  ...shared,
  method: 'get',
  path: '/api/invoices/{id}',
  summary: 'Read an invoice',
  request: { params: idParam },
  responses: { 200: answer(invoiceSchema, 'The invoice'), ...problems(401, 404, 422, 503) },
})

const retry = createRoute({
  ...shared,
  method: 'post',
  path: '/api/invoices/{id}/retry',
  summary: 'Send a failed invoice again',
  request: { params: idParam },
  responses: { 202: answer(invoiceSchema, 'It is a draft again'), ...problems(401, 404, 409, 422, 503) },
})

export const invoiceRoutes = (deps: Deps) =>
  createRoutes()
    .openapi(list, async (c) => {
      const { rows, nextCursor } = await listInvoices(deps.db, c.get('user').workspaceId, c.req.valid('query'))
      return c.json({ invoices: rows.map(shownInvoice), nextCursor }, 200)
    })
    .openapi(create, async (c) => {
      const { invoice, isNew } = await createInvoice(deps, c.get('user').workspaceId, c.req.valid('json'))
      return c.json(shownInvoice(invoice), isNew ? 201 : 200, { location: `/api/invoices/${invoice.id}` })
    })
    .openapi(ofDeal, async (c) => {
      const { invoice, isNew } = await invoiceDeal(deps, c.get('user').workspaceId, c.req.valid('param').id)
      return c.json(shownInvoice(invoice), isNew ? 201 : 200, { location: `/api/invoices/${invoice.id}` })
    })
    .openapi(read, async (c) => {
      const invoice = await readInvoice(deps.db, c.get('user').workspaceId, c.req.valid('param').id)
      return c.json(shownInvoice(invoice), 200)
    })
    .openapi(retry, async (c) => {
      const invoice = await retryInvoice(deps, c.get('user').workspaceId, c.req.valid('param').id)
      return c.json(shownInvoice(invoice), 202)
    })
