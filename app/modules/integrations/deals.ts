import { sql } from 'kysely'
import { z } from 'zod'
import { defaultPipeline } from '../../db/default-pipeline.ts'
import type { Deal, DealStage } from '../../db/schema-crm-areas.ts'
import type { LocalRow, SyncedEntity } from './entity.ts'

/** What Salesforce and HubSpot call the stages of their standard pipelines, in ours. */
const stages: Readonly<Record<string, DealStage>> = {
  Prospecting: 'new',
  Qualification: 'qualified',
  'Needs Analysis': 'qualified',
  'Proposal/Price Quote': 'proposal',
  'Negotiation/Review': 'proposal',
  'Closed Won': 'won',
  'Closed Lost': 'lost',
  appointmentscheduled: 'new',
  qualifiedtobuy: 'qualified',
  presentationscheduled: 'qualified',
  decisionmakerboughtin: 'proposal',
  contractsent: 'proposal',
  closedwon: 'won',
  closedlost: 'lost',
}

const dealFields = z.object({
  title: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .refine((value) => !value.includes('\u0000')),
  // In whole cents, as the column keeps it. A deal without an amount is worth nothing yet.
  amount: z
    .number()
    .min(0)
    .max(999_999_999_999)
    .nullish()
    .transform((value) => Math.round((value ?? 0) * 100) / 100),
  // A stage that somebody has made up is somewhere in the middle; it must not look won or lost.
  stage: z
    .string()
    .nullish()
    .transform((name) => (name ? (stages[name] ?? 'qualified') : 'new')),
})

const rowOf = (deal: Pick<Deal, 'id' | 'title' | 'amount' | 'stage' | 'updated_at'>): LocalRow => ({
  id: deal.id,
  fields: { title: deal.title, amount: Number(deal.amount), stage: deal.stage },
  updatedAt: deal.updated_at,
})

const columnsOf = ({ fields }: LocalRow) => ({
  title: String(fields.title),
  amount: Number(fields.amount),
  stage: fields.stage as DealStage,
})

/**
 * Deals, in the workspace's default pipeline and its currency. They come in only: our five stages cannot say which of their
 * many a deal is in, so writing one would move deals back and forth there.
 */
export const deals: SyncedEntity = {
  entity: 'deal',
  parse: (fields) => dealFields.safeParse(fields).data,
  likeness: () => undefined,
  candidates: async () => [],
  changed: async () => [],
  rows: async (trx, workspaceId, ids) => {
    if (ids.length === 0) return []
    const rows = await trx
      .selectFrom('deals')
      .select(['id', 'title', 'amount', 'stage', 'updated_at'])
      .where('workspace_id', '=', workspaceId)
      .where('id', 'in', ids)
      .orderBy('id')
      .forUpdate()
      .execute()
    return rows.map(rowOf)
  },
  insert: async (trx, workspaceId, rows) => {
    if (rows.length === 0) return
    const { id: pipeline_id, currency } = await defaultPipeline(trx, workspaceId)
    const values = rows.map((row) => ({
      id: row.id,
      workspace_id: workspaceId,
      pipeline_id,
      currency,
      ...columnsOf(row),
      updated_at: row.updatedAt,
    }))
    await trx.insertInto('deals').values(values).execute()
  },
  update: async (trx, workspaceId, rows) => {
    if (rows.length === 0) return
    const changes = rows.map((row) => ({ id: row.id, ...columnsOf(row), updated_at: row.updatedAt }))
    await sql`
      update deals set title = changes.title, amount = changes.amount, stage = changes.stage, updated_at = changes.updated_at
      from jsonb_to_recordset(${JSON.stringify(changes)}::jsonb)
        as changes(id uuid, title text, amount numeric, stage text, updated_at timestamptz)
      where deals.workspace_id = ${workspaceId} and deals.id = changes.id`.execute(trx)
  },
}
