import { createRoute, z } from '@hono/zod-openapi'
import { roles } from '../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { id, requiredText, timestamp } from '../../http/fields.ts'
import { answer, createRoutes, jsonBody, problems } from '../../http/openapi.ts'
import { adminsOnly, signedIn } from '../../http/session.ts'

const tags = ['Workspace']

const workspaceSchema = z
  .object({ id, name: z.string(), domain: z.string(), createdAt: timestamp })
  .openapi('Workspace')

const memberSchema = z
  .object({ id, name: z.string(), email: z.email(), role: z.enum(roles), signedInAt: timestamp })
  .openapi('Member')

const read = createRoute({
  method: 'get',
  path: '/api/workspace',
  tags,
  summary: 'The workspace of whoever is signed in',
  middleware: [signedIn] as const,
  responses: { 200: answer(workspaceSchema, 'The workspace'), ...problems(401, 503) },
})

const rename = createRoute({
  method: 'patch',
  path: '/api/workspace',
  tags,
  summary: 'Rename the workspace (admins)',
  middleware: [signedIn, adminsOnly] as const,
  request: { body: jsonBody(z.strictObject({ name: requiredText(100) })) },
  responses: { 200: answer(workspaceSchema, 'The workspace'), ...problems(400, 401, 403, 422, 503) },
})

const members = createRoute({
  method: 'get',
  path: '/api/workspace/members',
  tags,
  summary: 'Who has signed in to the workspace (admins)',
  middleware: [signedIn, adminsOnly] as const,
  responses: {
    200: answer(z.object({ members: z.array(memberSchema) }).openapi('Members'), 'By e-mail address'),
    ...problems(401, 403, 503),
  },
})

const shown = (row: { id: string; name: string; domain: string; created_at: Date }) => ({
  id: row.id,
  name: row.name,
  domain: row.domain,
  createdAt: row.created_at.toISOString(),
})

export const workspaceRoutes = ({ db }: Deps) =>
  createRoutes()
    .openapi(read, async (c) => {
      const row = await db
        .selectFrom('workspaces')
        .selectAll()
        .where('id', '=', c.get('user').workspaceId)
        .executeTakeFirstOrThrow()
      return c.json(shown(row), 200)
    })
    .openapi(rename, async (c) => {
      const row = await db
        .updateTable('workspaces')
        .set({ name: c.req.valid('json').name })
        .where('id', '=', c.get('user').workspaceId)
        .returningAll()
        .executeTakeFirstOrThrow()
      return c.json(shown(row), 200)
    })
    .openapi(members, async (c) => {
      const rows = await db
        .selectFrom('users')
        .select(['id', 'name', 'email', 'role', 'signed_in_at'])
        .where('workspace_id', '=', c.get('user').workspaceId)
        .orderBy('email')
        .execute()
      return c.json(
        { members: rows.map(({ signed_in_at, ...row }) => ({ ...row, signedInAt: signed_in_at.toISOString() })) },
        200,
      )
    })
