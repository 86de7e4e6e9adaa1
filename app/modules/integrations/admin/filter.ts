import { z } from '@hono/zod-openapi'
import { type RawBuilder, sql } from 'kysely'
import { crmProviders, integrationStatuses } from '../../../db/schema-integrations.ts'
import { id, text } from '../../../http/fields.ts'

/** What the operators' lists can be narrowed to. */
export const filterQuery = z.object({
  tenantId: id.optional().openapi({ description: 'A workspace.' }),
  integrationId: id.optional(),
  status: z.enum(integrationStatuses).optional().openapi({ description: 'The status of the integration.' }),
  provider: z.enum(crmProviders).optional(),
  q: text(100)
    .optional()
    .openapi({ description: 'A part of the workspace’s name or of the provider’s, or how an id begins.' }),
})

export type Filter = z.output<typeof filterQuery>

/** The filter as a condition over the table `integrations`. */
export const narrowed = ({ tenantId, integrationId, status, provider, q }: Filter): RawBuilder<boolean> => {
  const parts = [
    sql<boolean>`true`,
    ...(tenantId === undefined ? [] : [sql<boolean>`integrations.workspace_id = ${tenantId}`]),
    ...(integrationId === undefined ? [] : [sql<boolean>`integrations.id = ${integrationId}`]),
    ...(status === undefined ? [] : [sql<boolean>`integrations.status = ${status}`]),
    ...(provider === undefined ? [] : [sql<boolean>`integrations.provider = ${provider}`]),
    ...(q ? [searched(q.toLowerCase())] : []),
  ]
  return sql<boolean>`(${sql.join(parts, sql` and `)})`
}

/** Without patterns: whoever types `%` looks for `%`. */
const searched = (q: string): RawBuilder<boolean> => sql<boolean>`(
  strpos(integrations.provider, ${q}) > 0 or starts_with(integrations.id::text, ${q})
  or integrations.workspace_id in (
    select id from workspaces where strpos(lower(name), ${q}) > 0 or starts_with(id::text, ${q})))`

/** The name of the workspace that an integration is of. */
export const tenantName = sql<string>`(select name from workspaces where id = integrations.workspace_id)`

/** The last 24 hours, each by its beginning, as a table `hours (at)`; the last one is under way. */
export const lastDay = sql`
  generate_series(date_trunc('hour', now()) - interval '23 hours', date_trunc('hour', now()), interval '1 hour') as hours (at)`

/** Since when the trends count. */
export const dayAgo = sql<Date>`date_trunc('hour', now()) - interval '23 hours'`
