import { sql } from 'kysely'
import { dealStages } from '../../../catalogue/metrics/values.ts'
import type { Database } from '../../db/database.ts'
import type { DealStage } from '../../db/schema-crm-areas.ts'
import { observe } from '../../telemetry/instruments.ts'

interface StageTotal {
  readonly stage: DealStage
  readonly deals: number
  readonly value: number
}

/** How long one reading serves both gauges, in milliseconds: the sums read every deal. */
const freshMs = 15_000

/** All workspaces' deals, one entry a stage. The value leaves out deals in another currency than their pipeline's. */
export const pipelineTotals = async (db: Database): Promise<StageTotal[]> => {
  const { rows } = await sql<StageTotal>`
    select stage, count(*)::int as deals,
      coalesce(sum(amount) filter (where deals.currency = pipelines.currency), 0)::float8 as value
    from deals join pipelines on pipelines.id = deals.pipeline_id
    group by stage`.execute(db)
  return dealStages.map((stage) => rows.find((row) => row.stage === stage) ?? { stage, deals: 0, value: 0 })
}

/** Reports `pipeline_deals` and `pipeline_value` at each scrape, by one query. */
export const observePipelines = (db: Database): void => {
  let reading: { readonly totals: Promise<StageTotal[]>; readonly until: number } | undefined
  const read = (): Promise<StageTotal[]> => {
    if (!reading || performance.now() >= reading.until) {
      reading = { totals: pipelineTotals(db), until: performance.now() + freshMs }
      // A failure is not kept.
      reading.totals.catch(() => {
        reading = undefined
      })
    }
    return reading.totals
  }
  observe('pipeline_deals', async () => (await read()).map(({ stage, deals }) => ({ value: deals, labels: { stage } })))
  observe('pipeline_value', async () => (await read()).map(({ stage, value }) => ({ value, labels: { stage } })))
}
