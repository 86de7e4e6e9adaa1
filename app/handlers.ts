import type { Deps } from './deps.ts'
import type { JobHandlers } from './jobs/worker.ts'
import { runBackup } from './modules/backups/job.ts'

import { sendQueuedBroadcast } from './modules/broadcasts/job.ts'
import { syncCalendarEvent } from './modules/calendar/job.ts'
import { exportContact } from './modules/contact-sync/export.ts'

import { sendEmail } from './modules/email/sending.ts'
import { syncEmail } from './modules/email/sync.ts'
import { enrichContact } from './modules/enrichment/job.ts'
import { runSync } from './modules/integrations/job.ts'
import { scheduleSyncs } from './modules/integrations/schedule.ts'
import { sendInvoice } from './modules/invoices/job.ts'
import { runLeadWorkflow } from './modules/leads/workflow.ts'
import { runRetention } from './modules/retention/job.ts'
import { indexContact } from './modules/search/job.ts'
import { sendQueuedText } from './modules/texts/job.ts'
import { processWebhooks } from './modules/webhooks/process.ts'
import { webhookHandlers } from './webhook-handlers.ts'

/** What a job may use: a worker answers no requests. */
export type JobDeps = Omit<
  Deps,
  'activeUsers' | 'activities' | 'audit' | 'realtime' | 'health' | 'monitor' | 'live' | 'isPrepared'
>

/** Which module runs the jobs of each queue. */
export const jobHandlers = (deps: JobDeps): JobHandlers => ({
  'contact-enrichment': (data) => enrichContact(deps, data),
  'invoice-creation': (data, attempt) => sendInvoice(deps, data, attempt),
  'calendar-sync': (data) => syncCalendarEvent(deps, data),
  'lead-workflow': (data) => runLeadWorkflow(deps, data),
  'search-indexing': (data) => indexContact(deps, data),
  'integration-scheduling': () => scheduleSyncs(deps),
  'integration-sync': (data, attempt) => runSync(deps, data, attempt),
  'webhook-processing': (data, attempt) => processWebhooks(deps, webhookHandlers(deps), data, attempt),
  'email-sync': (data) => syncEmail(deps, data),
  'email-sending': (data) => sendEmail(deps, data),
  'text-sending': (data, attempt) => sendQueuedText(deps, data, attempt),
  'broadcast-sending': (data, attempt) => sendQueuedBroadcast(deps, data, attempt),
  'contact-export': (data) => exportContact(deps, data),
  retention: () => runRetention(deps),
  backup: (data) => runBackup(deps, data),
})
