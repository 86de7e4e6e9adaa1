import type { Transaction } from 'kysely'
import type { Lead, Schema } from '../../db/schema.ts'
import type { LeadWorkflowTable } from '../../db/schema-crm-areas.ts'
import { trackEvent } from '../../events.ts'
import type { JobDeps } from '../../handlers.ts'
import type { JobData } from '../../jobs/queues.ts'
import { notify } from '../../notifications.ts'
import { logger } from '../../telemetry/logger.ts'
import { span } from '../../telemetry/spans.ts'
import { regionOf } from './region.ts'

type Trx = Transaction<Schema>
type Services = Pick<JobDeps, 'config' | 'db' | 'jobs' | 'outside'>

/** A lead, and how its contact can be reached. */
interface Subject {
  readonly lead: Lead
  readonly phone: string | null
  readonly email: string | null
}

interface Step {
  /** The name of its span. */
  readonly name: string
  /** The column that says when it was done. */
  readonly done: Extract<keyof LeadWorkflowTable, `${string}_at`>
  /** What the log says. */
  readonly said: string
  /** What lies outside of the database: may happen twice, so it must be idempotent. */
  readonly outside?: (services: Services, subject: Subject) => Promise<{ link: string | undefined }>
  /** What is written, in one transaction with the note that the step is done: it happens once. */
  readonly write: (
    trx: Trx,
    subject: Subject,
    context: { services: Services; link: string | undefined },
  ) => Promise<void>
}

/** In this order. */
const steps: readonly Step[] = [
  {
    name: 'qualify',
    done: 'qualified_at',
    said: 'lead workflow: the lead was judged',
    // Whoever can be reached is worth a call. What people decided meanwhile stays.
    write: async (trx, { lead, phone, email }) => {
      if (phone === null && email === null) return
      await trx
        .updateTable('leads')
        .set({ status: 'qualified', updated_at: new Date() })
        .where('id', '=', lead.id)
        .where('status', '=', 'new')
        .execute()
    },
  },
  {
    name: 'geo-tag',
    done: 'geo_tagged_at',
    said: 'lead workflow: the region was noted',
    write: async (trx, { lead, phone, email }) => {
      const region = regionOf({ phone, email, source: lead.source })
      await trx.updateTable('leads').set({ region, updated_at: new Date() }).where('id', '=', lead.id).execute()
      await track(trx, lead, 'geo_tag_added', { region })
    },
  },
  {
    name: 'calendar event',
    done: 'calendar_event_at',
    said: 'lead workflow: the follow-up stands in the calendar',
    outside: ({ outside }, { lead }) => outside.calendar.createEvent(followUp(lead), { tenantId: lead.workspace_id }),
    write: async (trx, { lead }, { link }) => {
      const { id, summary, startsAt, endsAt } = followUp(lead)
      await trx
        .insertInto('calendar_events')
        .values({
          workspace_id: lead.workspace_id,
          google_id: id,
          lead_id: lead.id,
          summary,
          starts_at: startsAt,
          ends_at: endsAt,
          status: 'synced',
          link: link ?? null,
        })
        .execute()
      await track(trx, lead, 'calendar_event_created')
    },
  },
  {
    name: 'notify sales',
    done: 'sales_notified_at',
    said: 'lead workflow: sales were told',
    write: async (trx, { lead }, { services }) => {
      await mailSales(services, trx, lead)
      await notify(trx, { workspaceId: lead.workspace_id, type: 'lead.ready', data: { leadId: lead.id } })
      await track(trx, lead, 'sales_notified')
    },
  },
  {
    name: 'complete',
    done: 'completed_at',
    said: 'lead workflow: complete',
    write: (trx, { lead }) => track(trx, lead, 'workflow_complete'),
  },
]

const track = (trx: Trx, lead: Lead, type: string, metadata: Record<string, unknown> = {}): Promise<void> =>
  trackEvent(trx, { workspaceId: lead.workspace_id, type, metadata: { leadId: lead.id, ...metadata } })

/** Who sells is not said anywhere; a workspace's admins know. More of them need not read it. */
const mostMails = 3

/** Puts a mail into the outbox for each admin, where there is a mail server. */
const mailSales = async ({ config, jobs, outside }: Services, trx: Trx, lead: Lead): Promise<void> => {
  if (!outside.isConfigured('smtp')) return
  const admins = await trx
    .selectFrom('users')
    .select('email')
    .where('workspace_id', '=', lead.workspace_id)
    .where('role', '=', 'admin')
    .orderBy('created_at')
    .limit(mostMails)
    .execute()
  for (const { email } of admins) {
    const { id } = await trx
      .insertInto('outgoing_emails')
      .values({
        workspace_id: lead.workspace_id,
        contact_id: null,
        to_address: email,
        subject: 'A new lead is ready',
        text: `${lead.title}\n\n${config.publicUrl}/api/leads/${lead.id}`,
      })
      .returning('id')
      .executeTakeFirstOrThrow()
    await jobs.enqueue(trx, 'email-sending', { workspaceId: lead.workspace_id, emailId: id })
  }
}

const dayMs = 24 * 3_600_000
const followUpHour = 9
const followUpMs = 30 * 60_000

/** The event is the same whenever it is asked for: the next working day after the lead came, at nine (UTC). */
export const followUp = (lead: Pick<Lead, 'id' | 'title' | 'created_at'>) => {
  const startsAt = new Date(lead.created_at.getTime() + dayMs)
  while (startsAt.getUTCDay() === 0 || startsAt.getUTCDay() === 6) startsAt.setTime(startsAt.getTime() + dayMs)
  startsAt.setUTCHours(followUpHour, 0, 0, 0)
  return {
    // Google allows 0-9 and a-v.
    id: `lead${lead.id.replaceAll('-', '')}`,
    summary: `Follow up: ${lead.title}`,
    startsAt,
    endsAt: new Date(startsAt.getTime() + followUpMs),
  }
}

/**
 * Brings a new lead to the people who sell: qualify → geo-tag → calendar event → notify sales → complete. It goes on where an
 * earlier attempt ended: a finished step is never done again, also when two attempts run at the same time.
 * @throws AdapterError when the calendar is away or not configured (tried again) or asks to wait (put off until then)
 */
export const runLeadWorkflow = async (
  services: Services,
  { workspaceId, leadId }: JobData['lead-workflow'],
): Promise<void> => {
  const log = logger('leads')
  const { db } = services
  const [subject, state] = await Promise.all([
    subjectOf(services, workspaceId, leadId),
    db.selectFrom('lead_workflows').selectAll().where('lead_id', '=', leadId).executeTakeFirst(),
  ])
  // The lead is gone, and with it the reason.
  if (!subject || !state) return
  for (const step of steps) {
    if (state[step.done] !== null) continue
    const isNew = await span(step.name, {}, async () => {
      const link = (await step.outside?.(services, subject))?.link
      return await db.transaction().execute(async (trx) => {
        const now = await trx
          .selectFrom('lead_workflows')
          .select(step.done)
          .where('lead_id', '=', leadId)
          .forUpdate()
          .executeTakeFirst()
        if (!now || now[step.done] !== null) return false
        await step.write(trx, subject, { services, link })
        await trx
          .updateTable('lead_workflows')
          .set({ [step.done]: new Date(), updated_at: new Date() })
          .where('lead_id', '=', leadId)
          .execute()
        return true
      })
    })
    if (isNew) log.info({ workspaceId, leadId }, step.said)
  }
}

const subjectOf = async ({ db }: Services, workspaceId: string, leadId: string): Promise<Subject | undefined> => {
  const row = await db
    .selectFrom('leads')
    .leftJoin('contacts', 'contacts.id', 'leads.contact_id')
    .selectAll('leads')
    .select(['contacts.phone', 'contacts.email'])
    .where('leads.workspace_id', '=', workspaceId)
    .where('leads.id', '=', leadId)
    .executeTakeFirst()
  if (!row) return undefined
  const { phone, email, ...lead } = row
  return { lead, phone, email }
}
