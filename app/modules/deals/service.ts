import { sql } from 'kysely'
import type { Database } from '../../db/database.ts'
import { defaultPipeline } from '../../db/default-pipeline.ts'
import { referencedContact } from '../../db/referenced-contact.ts'
import type { Deal, DealStage, Pipeline } from '../../db/schema-crm-areas.ts'
import { conflict, invalid, notFound } from '../../errors.ts'
import { trackEvent } from '../../events.ts'
import { containing, newestPage } from '../../http/paging.ts'
import { publish } from '../../realtime/publish.ts'
import type { DealChanges, DealListQuery, NewDeal } from './schemas.ts'

/** Where a deal may go from each stage: one step ahead or back; lost at any time; a lost one may begin again, a won one is done. */
const nextStages: Readonly<Record<DealStage, readonly DealStage[]>> = {
  new: ['qualified', 'lost'],
  qualified: ['new', 'proposal', 'lost'],
  proposal: ['qualified', 'won', 'lost'],
  won: [],
  lost: ['new'],
}

/** @throws DomainError validation when contact or pipeline are none of the workspace's */
export const createDeal = async (
  db: Database,
  workspaceId: string,
  { title, amount, currency, contactId = null, pipelineId }: NewDeal,
): Promise<Deal> =>
  await db.transaction().execute(async (trx) => {
    const pipeline =
      pipelineId === undefined
        ? await defaultPipeline(trx, workspaceId)
        : await pipelineOf(trx, workspaceId, pipelineId)
    if (contactId !== null) await referencedContact(trx, workspaceId, contactId)
    const deal = await trx
      .insertInto('deals')
      .values({
        workspace_id: workspaceId,
        pipeline_id: pipeline.id,
        contact_id: contactId,
        title,
        amount,
        currency: currency ?? pipeline.currency,
      })
      .returningAll()
      .executeTakeFirstOrThrow()
    await publish(trx, { workspaceId, type: 'deal.created', data: { dealId: deal.id } })
    return deal
  })

/** @throws DomainError not_found, also for deals of other workspaces */
export const readDeal = async (db: Database, workspaceId: string, id: string): Promise<Deal> => {
  return await dealById(db, workspaceId, id).executeTakeFirstOrThrow(() => notFound('deal'))
}

/** Newest first. */
export const listDeals = async (
  db: Database,
  workspaceId: string,
  { q, stage, pipelineId, contactId, cursor, limit }: DealListQuery,
) => {
  let query = db.selectFrom('deals').selectAll().where('workspace_id', '=', workspaceId)
  if (q) query = query.where('title', 'ilike', containing(q))
  if (stage) query = query.where('stage', '=', stage)
  if (pipelineId) query = query.where('pipeline_id', '=', pipelineId)
  if (contactId) query = query.where('contact_id', '=', contactId)
  return await newestPage(query, { cursor, limit })
}

/** In any order; those of other workspaces are left out. */
export const dealsByIds = async (db: Database, workspaceId: string, ids: readonly string[]): Promise<Deal[]> =>
  await db.selectFrom('deals').selectAll().where('workspace_id', '=', workspaceId).where('id', 'in', ids).execute()

/** The newest `most` deals of each contact, newest first, in one query. */
export const dealsOfContacts = async (
  db: Database,
  workspaceId: string,
  contactIds: readonly string[],
  most: number,
): Promise<Deal[]> =>
  await db
    .selectFrom('deals')
    .innerJoin(
      (ranked) =>
        ranked
          .selectFrom('deals')
          .select(['id as ranked_id'])
          .select(sql<number>`row_number() over (partition by contact_id order by created_at desc, id desc)`.as('rank'))
          .where('workspace_id', '=', workspaceId)
          .where('contact_id', 'in', contactIds)
          .as('ranked'),
      (join) => join.onRef('ranked.ranked_id', '=', 'deals.id'),
    )
    .selectAll('deals')
    .where('ranked.rank', '<=', most)
    .orderBy('deals.created_at', 'desc')
    .orderBy('deals.id', 'desc')
    .execute()

/** The same stage again changes nothing. @throws DomainError not_found, validation, or conflict for a step that does not exist */
export const changeDeal = async (
  db: Database,
  workspaceId: string,
  id: string,
  { stage, contactId, ...fields }: DealChanges,
): Promise<Deal> =>
  await db.transaction().execute(async (trx) => {
    const before = await dealById(trx, workspaceId, id)
      .forUpdate()
      .executeTakeFirstOrThrow(() => notFound('deal'))
    const isNewStage = stage !== undefined && stage !== before.stage
    if (isNewStage && !nextStages[before.stage].includes(stage))
      throw conflict(`A deal that is ${before.stage} cannot become ${stage}.`)
    if (contactId) await referencedContact(trx, workspaceId, contactId)
    const deal = await trx
      .updateTable('deals')
      .set({
        ...fields,
        ...(stage !== undefined && { stage }),
        ...(contactId !== undefined && { contact_id: contactId }),
        updated_at: new Date(),
      })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow()
    if (isNewStage)
      await trackEvent(trx, {
        workspaceId,
        type: 'deal_stage_changed',
        metadata: { dealId: id, from: before.stage, to: stage },
      })
    await publish(trx, { workspaceId, type: 'deal.changed', data: { dealId: id, stage: deal.stage } })
    return deal
  })

const pipelineOf = async (db: Database, workspaceId: string, id: string): Promise<Pipeline> => {
  return await db
    .selectFrom('pipelines')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .executeTakeFirstOrThrow(() => invalid([{ field: 'pipelineId', message: 'there is no such pipeline' }]))
}

const dealById = (db: Database, workspaceId: string, id: string) =>
  db.selectFrom('deals').selectAll().where('workspace_id', '=', workspaceId).where('id', '=', id)
