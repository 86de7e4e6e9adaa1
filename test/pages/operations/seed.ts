import { randomUUID } from 'node:crypto'
import type { Site } from './browser.ts'

const minute = 60_000

/** What the tests look for. */
export interface Seeded {
  readonly workspaceId: string
  readonly integrationId: string
  readonly failedEventId: string
  readonly groupId: string
}

/**
 * Fills the service with something for each part of the page.
 * @param text what stands in every text that comes from outside; it is told what the text is
 */
export const seed = async ({ service, cookie }: Site, text: (what: string) => string): Promise<Seeded> => {
  const { db, ask } = service
  const admin = { cookie: await cookie('admin') }
  const create = async (path: string, json: object): Promise<string> => {
    const answer = await ask(`POST ${path}`, { ...admin, json })
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()).id
  }
  const contactId = await create('/api/contacts', {
    name: text('contact'),
    company: text('company'),
    notes: text('notes'),
  })
  for (const name of ['Anna Holm', 'Bo Lund']) await create('/api/contacts', { name })
  await create('/api/leads', { title: text('lead'), source: text('source').slice(0, 50), contactId })
  await create('/api/deals', { title: text('deal'), amount: 12_500, contactId })

  const { id: workspaceId } = await db
    .selectFrom('workspaces')
    .select('id')
    .where('domain', '=', 'crm.example')
    .executeTakeFirstOrThrow()
  const { id: userId } = await db
    .selectFrom('users')
    .select('id')
    .where('email', '=', 'admin@crm.example')
    .executeTakeFirstOrThrow()
  const types = ['quote_downloaded', 'quote_downloaded', 'demo_booked', text('event')]
  await db
    .insertInto('business_events')
    .values(types.map((type) => ({ workspace_id: workspaceId, type, metadata: '{}' })))
    .execute()
  await db
    .insertInto('user_activities')
    .values({
      workspace_id: workspaceId,
      user_id: userId,
      action: text('action'),
      method: 'POST',
      route: text('route'),
      // Above all that the tests themselves do.
      created_at: new Date(Date.now() + 60 * minute),
    })
    .execute()

  const { failed: failedEventId, pending } = await webhookEvents(db, text)
  const put = await ask(`POST /api/admin/events/${pending}/quarantine`, { ...admin, json: { reason: text('reason') } })
  if (!put.ok) throw new Error(`an event could not be put aside: ${put.status}`)
  const integrationId = await integrations(db, workspaceId, text)
  const groupId = await errors(db, text)
  await monitoring(db, text)
  return { workspaceId, integrationId, failedEventId, groupId }
}

type Db = Site['service']['db']

const webhookEvents = async (db: Db, text: (what: string) => string) => {
  const statuses = ['error', 'pending', 'quarantined', 'processed'] as const
  const rows = await db
    .insertInto('webhook_events')
    .values(
      statuses.map((status, index) => ({
        source: 'ghl' as const,
        event_id: `${text('event id')} ${index}`,
        event_type: text('event type'),
        contact_key: text('contact key'),
        payload: '{}',
        status,
        attempts: index + 1,
        error_message: status === 'error' ? text('event error') : null,
        quarantine_reason: status === 'quarantined' ? text('quarantine reason') : null,
      })),
    )
    .returning(['id', 'status'])
    .execute()
  const ended = new Date()
  await db
    .insertInto('sync_log')
    .values({
      provider: text('sync provider'),
      direction: 'inbound',
      entity_type: text('sync entity'),
      entity_id: text('sync id'),
      status: 'error',
      started_at: new Date(ended.getTime() - 1_500),
      finished_at: ended,
      error_message: text('sync error'),
      workspace_id: null,
    })
    .execute()
  const idOf = (wanted: string): string => rows.find(({ status }) => status === wanted)?.id ?? ''
  return { failed: idOf('error'), pending: idOf('pending') }
}

const integrations = async (db: Db, workspace_id: string, text: (what: string) => string): Promise<string> => {
  const { id: integration_id } = await db
    .insertInto('integrations')
    .values({ workspace_id, provider: 'salesforce', frequency_seconds: 3_600 })
    .returning('id')
    .executeTakeFirstOrThrow()
  const base = { workspace_id, integration_id, entity: 'contact' as const }
  for (const status of ['completed', 'failed'] as const) {
    const { id } = await db
      .insertInto('sync_jobs')
      .values({ ...base, trigger: 'scheduled', status, created_count: 7, correlation_id: text('correlation id') })
      .returning('id')
      .executeTakeFirstOrThrow()
    const finished_at = new Date()
    const ended = { started_at: new Date(finished_at.getTime() - 2_000), finished_at }
    const error = status === 'failed' ? { error_kind: text('job error') } : {}
    await db
      .updateTable('sync_jobs')
      .set({ ...ended, ...error })
      .where('id', '=', id)
      .execute()
    if (status === 'failed')
      await db
        .insertInto('integration_errors')
        .values({
          ...base,
          sync_job_id: id,
          kind: text('sync kind'),
          external_id: text('external id'),
          retryable: true,
        })
        .execute()
  }
  return integration_id
}

const errors = async (db: Db, text: (what: string) => string): Promise<string> => {
  const trace_id = '0af7651916cd43dd8448eb211c80319c'
  const { id } = await db
    .insertInto('error_groups')
    .values({
      fingerprint: randomUUID(),
      error_type: text('error type'),
      message: text('error message'),
      place: text('error place'),
      service: 'api',
      stack: text('error stack'),
      sample_trace_id: trace_id,
      occurrences: 2,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  const about = { message: text('occurrence'), component: text('component'), route: text('error route') }
  await db
    .insertInto('error_occurrences')
    .values(
      [trace_id, null].map((trace) => ({
        group_id: id,
        ...about,
        service: 'api',
        environment: 'test',
        queue: null,
        user_id: null,
        workspace_id: null,
        trace_id: trace,
        correlation_id: text('correlation id'),
      })),
    )
    .execute()
  return id
}

const monitoring = async (db: Db, text: (what: string) => string): Promise<void> => {
  const now = Date.now()
  await db
    .insertInto('monitoring_snapshots')
    .values(
      Array.from({ length: 30 }, (_, index) => ({
        taken_at: new Date(now - index * minute),
        cpu_usage: 12 + index,
        memory_usage: 40,
        api_avg_response_time: 21,
        api_requests_per_minute: 120,
        api_error_rate: 1,
        db_avg_query_time: 3,
        db_queries_per_minute: 300,
        socket_active_connections: 2,
        socket_events_per_minute: 5,
      })),
    )
    .execute()
  await db
    .insertInto('monitoring_alerts')
    .values(
      (['active', 'resolved'] as const).map((status) => ({
        source: 'alertmanager' as const,
        fingerprint: randomUUID(),
        type: text('alert type'),
        severity: 'warning',
        message: text('alert message'),
        data: JSON.stringify({ [text('alert key')]: text('alert value') }),
        status,
        resolved_at: status === 'resolved' ? new Date() : null,
      })),
    )
    .execute()
}
