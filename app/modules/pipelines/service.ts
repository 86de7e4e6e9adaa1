import { sql } from 'kysely'
import { dealStages } from '../../../catalogue/metrics/values.ts'
import type { Database } from '../../db/database.ts'
import { defaultPipeline } from '../../db/default-pipeline.ts'
import type { DealStage, Pipeline } from '../../db/schema-crm-areas.ts'
import { notFound } from '../../errors.ts'
import { newestPage } from '../../http/paging.ts'
import type { NewPipeline, PipelineListQuery } from './schemas.ts'

/** Newest first; the default one is made with the first list. */
export const listPipelines = async (db: Database, workspaceId: string, paging: PipelineListQuery) => {
  await defaultPipeline(db, workspaceId)
  const query = db.selectFrom('pipelines').selectAll().where('workspace_id', '=', workspaceId)
  return await newestPage(query, paging)
}

export const createPipeline = async (db: Database, workspaceId: string, given: NewPipeline): Promise<Pipeline> =>
  await db
    .insertInto('pipelines')
    .values({ workspace_id: workspaceId, ...given })
    .returningAll()
    .executeTakeFirstOrThrow()

export interface StageSummary {
  readonly stage: DealStage
  readonly deals: number
  /** In the pipeline's currency. */
  readonly value: number
}

/** A pipeline with what stands in each of its stages. @throws DomainError not_found, also for other workspaces' */
export const readPipeline = async (
  db: Database,
  workspaceId: string,
  id: string,
): Promise<{ pipeline: Pipeline; stages: StageSummary[] }> => {
  const pipeline = await db
    .selectFrom('pipelines')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .executeTakeFirstOrThrow(() => notFound('pipeline'))
  const { rows } = await sql<StageSummary>`
    select stage, count(*)::int as deals,
      coalesce(sum(amount) filter (where currency = ${pipeline.currency}), 0)::float8 as value
    from deals where pipeline_id = ${id} group by stage`.execute(db)
  return {
    pipeline,
    stages: dealStages.map((stage) => rows.find((row) => row.stage === stage) ?? { stage, deals: 0, value: 0 }),
  }
}
