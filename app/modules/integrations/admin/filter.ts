import { z } from '@hono/zod-openapi'
import { type RawBuilder, sql } from 'kysely'
import { integrationStatuses } from '../../../db/schema-integrations.ts'
import { id } from '../../../http/fields.ts'

/** What the operators' lists can be narrowed to. */
export const filterQuery = z.object({
  tenantId: id.optional().openapi({ description: 'A workspace.' }),
  integrationId: id.optional(),
  status: z.enum(integrationStatuses).optional().openapi({ description: 'The status of the integration.' }),
})

export type Filter = z.output<typeof filterQuery>

/** The filter as a condition over the table `integrations`. */
export const narrowed = ({ tenantId, integrationId, status }: Filter): RawBuilder<boolean> => {
  const parts = [
    sql<boolean>`true`,
    ...(tenantId === undefined ? [] : [sql<boolean>`integrations.workspace_id = ${tenantId}`]),
    ...(integrationId === undefined ? [] : [sql<boolean>`integrations.id = ${integrationId}`]),
    ...(status === undefined ? [] : [sql<boolean>`integrations.status = ${status}`]),
  ]
  return sql<boolean>`(${sql.join(parts, sql` and `)})`
}

/** The last 24 hours, each by its beginning, as a table `hours (at)`; the last one is under way. */
export const lastDay = sql`
  generate_series(date_trunc('hour', now()) - interval '23 hours', date_trunc('hour', now()), interval '1 hour') as hours (at)`

/** Since when the trends count. */
export const dayAgo = sql<Date>`date_trunc('hour', now()) - interval '23 hours'`
