import { createRoute, z } from '@hono/zod-openapi'
import { auditedActions } from '../../audit/actions.ts'
import { auditOutcomes } from '../../db/schema-operations.ts'
import type { Deps } from '../../deps.ts'
import { id, timestamp } from '../../http/fields.ts'
import { answer, createRoutes, problems } from '../../http/openapi.ts'
import { operatorsOnly } from '../../http/operators.ts'
import { pagingQuery } from '../../http/paging.ts'
import { listAudit } from './service.ts'

const listQuery = pagingQuery.extend({
  action: z.enum(auditedActions).optional(),
  outcome: z.enum(auditOutcomes).optional(),
  userId: id.optional(),
  targetId: z.string().max(200).optional().openapi({ description: 'The id of what was acted upon' }),
})

export type AuditListQuery = z.output<typeof listQuery>

const entrySchema = z
  .object({
    id,
    createdAt: timestamp,
    actor: z.enum(['user', 'admin_secret']),
    userId: id.nullable(),
    userName: z.string().nullable().openapi({ description: 'null: by the admin secret, or the user is gone' }),
    action: z.string().openapi({ example: 'event.replay' }),
    targetType: z.string().nullable(),
    targetId: z.string().nullable(),
    outcome: z.enum(auditOutcomes),
    status: z.int().openapi({ description: 'Of the answer' }),
    reason: z.string().nullable(),
    details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
    correlationId: z.string(),
    traceId: z.string().nullable(),
  })
  .openapi('AuditEntry')

/** Who did what to the service. */
export const auditRoutes = ({ config, db }: Pick<Deps, 'config' | 'db'>) => {
  const list = createRoute({
    method: 'get',
    path: '/api/admin/audit',
    tags: ['Operations'],
    middleware: operatorsOnly(config.adminSecret),
    summary: 'What operators did, newest first',
    request: { query: listQuery },
    responses: {
      200: answer(
        z.object({ entries: z.array(entrySchema), nextCursor: z.string().nullable() }).openapi('AuditLog'),
        'One page',
      ),
      ...problems(401, 403, 422, 503),
    },
  })
  return createRoutes().openapi(list, async (c) => {
    const { rows, nextCursor } = await listAudit(db, c.req.valid('query'))
    const entries = rows.map((row) => ({
      id: row.id,
      createdAt: row.created_at.toISOString(),
      actor: row.actor,
      userId: row.user_id,
      userName: row.user_name,
      action: row.action,
      targetType: row.target_type,
      targetId: row.target_id,
      outcome: row.outcome,
      status: row.status,
      reason: row.reason,
      details: row.details,
      correlationId: row.correlation_id,
      traceId: row.trace_id,
    }))
    return c.json({ entries, nextCursor }, 200)
  })
}
