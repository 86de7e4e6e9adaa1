import type { z } from 'zod'
import { type CrmProvider, crmProviders, type Integration } from '../../../db/schema-integrations.ts'
import type { Deps } from '../../../deps.ts'
import { newestPage } from '../../../http/paging.ts'
import { narrowed, tenantName } from './filter.ts'
import type { connections, healthQuery, healthSchema } from './schemas.ts'

type Connection = (typeof connections)[number]

/** Milliseconds that a provider has to answer the probe. */
const probeMs = 1_500

/** How each integration is, newest first, with a probe of the providers that are shown. */
export const readHealth = async (
  { db, outside }: Pick<Deps, 'db' | 'outside'>,
  { limit, cursor, ...filter }: z.output<typeof healthQuery>,
): Promise<z.input<typeof healthSchema>> => {
  const query = db.selectFrom('integrations').selectAll().select(tenantName.as('tenant_name')).where(narrowed(filter))
  const { rows, nextCursor } = await newestPage(query, { cursor, limit })
  const connectionOf = await probe(
    outside,
    crmProviders.filter((one) => rows.some(({ provider }) => provider === one)),
  )
  const now = Date.now()
  return { integrations: rows.map((row) => shown(row, connectionOf[row.provider] ?? 'unreachable', now)), nextCursor }
}

const probe = async (
  outside: Deps['outside'],
  providers: readonly CrmProvider[],
): Promise<Partial<Record<CrmProvider, Connection>>> =>
  Object.fromEntries(
    await Promise.all(
      providers.map(async (provider): Promise<[CrmProvider, Connection]> => {
        if (!outside.isConfigured(provider)) return [provider, 'not_configured']
        return [provider, (await outside.reachable(provider, probeMs)) ? 'ok' : 'unreachable']
      }),
    ),
  )

const shown = (row: Integration & { tenant_name: string }, connection: Connection, now: number) => {
  const since = now - (row.last_success_at ?? row.created_at).getTime()
  return {
    integrationId: row.id,
    tenantId: row.workspace_id,
    tenantName: row.tenant_name,
    provider: row.provider,
    status: row.status,
    lastSuccessAt: row.last_success_at?.toISOString() ?? null,
    lastErrorAt: row.last_error_at?.toISOString() ?? null,
    frequencySeconds: row.frequency_seconds,
    errorCount: row.error_count,
    failuresInRow: row.failures_in_row,
    isOverdue: row.status !== 'paused' && since > 2_000 * row.frequency_seconds,
    connection,
  }
}
