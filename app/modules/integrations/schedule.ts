import { sql } from 'kysely'
import type { Integration, SyncJob } from '../../db/schema-integrations.ts'
import type { Deps } from '../../deps.ts'
import { failJob } from './ending.ts'
import { aboutOf, requestSync } from './requests.ts'

/** Integrations that one minute begins with at most; the longest waiting first. */
const most = 200

/** Asks for the syncs that are due, and ends those whose message is gone. Runs every minute. */
export const scheduleSyncs = async (deps: Pick<Deps, 'db' | 'jobs'>): Promise<void> => {
  await endLostJobs(deps)
  for (const { id } of await dueIntegrations(deps)) await requestSync(deps, { integrationId: id, trigger: 'scheduled' })
}

/** Not paused, not asked for within their frequency, nothing under way. Broken ones are tried too: that is how they recover. */
const dueIntegrations = async ({ db }: Pick<Deps, 'db'>): Promise<{ id: string }[]> => {
  const { rows } = await sql<{ id: string }>`
    select integrations.id
    from integrations left join lateral (
      select max(created_at) as at from sync_jobs where integration_id = integrations.id
        and (created_at > now() - make_interval(secs => frequency_seconds) or status in ('pending', 'processing'))
    ) last on true
    where status <> 'paused' and last.at is null
    order by last_success_at nulls first, id
    limit ${most}`.execute(db)
  return rows
}

type Identity = Pick<Integration, 'id' | 'workspace_id' | 'provider'>

/** A job whose worker died in its last attempt has nobody left who would end it. */
const endLostJobs = async ({ db }: Pick<Deps, 'db'>): Promise<void> => {
  const { rows } = await sql<Pick<SyncJob, 'id' | 'entity'> & { integration: Identity }>`
    select job.id, job.entity,
      jsonb_build_object('id', integrations.id, 'workspace_id', job.workspace_id, 'provider', provider) as integration
    from sync_jobs job join integrations on integrations.id = job.integration_id
    where job.status in ('pending', 'processing') and job.created_at < now() - interval '1 minute'
      and not exists (
        select from pgboss.job message
        where message.name = 'integration-sync' and message.state < 'completed' and message.data->>'syncJobId' = job.id::text
      )
    limit ${most}`.execute(db)
  for (const { id, entity, integration } of rows) await failJob(db, aboutOf(integration, entity), id, 'lost')
}
