import type { Database } from './database.ts'
import type { Pipeline } from './schema-crm-areas.ts'

/** The pipeline of deals that name none; made when it is first asked for. */
export const defaultPipeline = async (db: Database, workspaceId: string): Promise<Pipeline> =>
  (await find(db, workspaceId)) ??
  (await db
    .insertInto('pipelines')
    .values({ workspace_id: workspaceId, name: 'Sales', is_default: true })
    .onConflict((conflict) => conflict.column('workspace_id').where('is_default', '=', true).doNothing())
    .returningAll()
    .executeTakeFirst()) ??
  // Somebody else made it in the meantime.
  (await find(db, workspaceId)) ??
  missing()

const find = (db: Database, workspaceId: string): Promise<Pipeline | undefined> =>
  db
    .selectFrom('pipelines')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('is_default', '=', true)
    .executeTakeFirst()

const missing = (): never => {
  throw new Error('a workspace has no default pipeline')
}
