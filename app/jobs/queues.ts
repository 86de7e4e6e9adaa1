import type { QueueOptions } from 'pg-boss'
import type { EventSource } from '../db/schema-webhooks.ts'
import type { QueueName } from '../telemetry/jobs.ts'

/** What a job is about. Ids only: what they stand for is read when the job runs, so that it is never stale. */
export interface ContactJob {
  readonly workspaceId: string
  readonly contactId: string
}

/** Brings one entity of one integration up to date, or as far as the time of one job reaches. */
export interface SyncMessage {
  readonly workspaceId: string
  readonly integrationId: string
  readonly syncJobId: string
}

/** The webhook events of one contact elsewhere. */
export interface WebhookJob {
  readonly source: EventSource
  readonly contactKey: string
  /** The event that the job came with; those before it are worked off as well. */
  readonly eventId: string
}

export interface LeadJob {
  readonly workspaceId: string
  readonly leadId: string
}

export interface InvoiceJob {
  readonly workspaceId: string
  readonly invoiceId: string
}

export interface CalendarJob {
  readonly workspaceId: string
  readonly calendarEventId: string
}

/** A mailbox; without one, each of them. */
export interface EmailSyncJob {
  readonly workspaceId?: string
  readonly mailboxId?: string
}

export interface EmailSendingJob {
  readonly workspaceId: string
  readonly emailId: string
}

export interface TextJob {
  readonly workspaceId: string
  readonly textId: string
}

export interface BroadcastJob {
  readonly workspaceId: string
  readonly broadcastId: string
}

/** The row of a backup that somebody asked for; the nightly one makes its own. */
export interface BackupJob {
  readonly backupId?: string
}

/** The data of each queue's jobs. */
export interface JobData {
  'contact-enrichment': ContactJob
  'search-indexing': ContactJob
  'lead-workflow': LeadJob
  'invoice-creation': InvoiceJob
  'calendar-sync': CalendarJob
  'integration-scheduling': Record<string, never>
  'integration-sync': SyncMessage
  'webhook-processing': WebhookJob
  'email-sync': EmailSyncJob
  'email-sending': EmailSendingJob
  'text-sending': TextJob
  'broadcast-sending': BroadcastJob
  'contact-export': ContactJob
  retention: Record<string, never>
  backup: BackupJob
}

interface QueueDefinition extends QueueOptions {
  /** Jobs that one worker process runs at the same time. */
  readonly concurrency: number
  /** In order of arrival within each key; every job has one then (`EnqueueOptions.key`). Never changes for a queue that exists. */
  readonly policy?: 'key_strict_fifo'
  /** Runs by itself at these times (cron, UTC), with no data. */
  readonly cron?: string
}

/** Completed jobs are kept for a quarter of an hour, to be looked at: longer would only make the queue's own queries slow. */
const keepCompletedSeconds = 900

/** One call to a provider: 2 + 4 + 8 … up to 5 minutes, together about half an hour. */
const toProvider = {
  retryLimit: 10,
  retryDelay: 2,
  retryBackoff: true,
  retryDelayMax: 300,
  expireInSeconds: 60,
  deleteAfterSeconds: keepCompletedSeconds,
} as const

/** The queues as data. Times are in seconds; retries back off exponentially from `retryDelay` up to `retryDelayMax`. */
export const queues: Readonly<Record<QueueName, QueueDefinition>> = {
  'contact-enrichment': {
    // 2 + 4 + 8 … up to 5 minutes: together about half an hour, the length of an ordinary outage of a provider.
    retryLimit: 10,
    retryDelay: 2,
    retryBackoff: true,
    retryDelayMax: 300,
    // The call has 5 s; what takes longer hangs.
    expireInSeconds: 60,
    deleteAfterSeconds: keepCompletedSeconds,
    // Enough to keep up with imports, few enough for the provider's rate limit.
    concurrency: 10,
  },
  'search-indexing': {
    retryLimit: 10,
    retryDelay: 1,
    retryBackoff: true,
    retryDelayMax: 60,
    expireInSeconds: 30,
    deleteAfterSeconds: keepCompletedSeconds,
    concurrency: 10,
  },
  'lead-workflow': {
    // 5 + 10 + 20 … up to 10 minutes: together more than two hours, for a calendar that is away. Steps are kept.
    retryLimit: 20,
    retryDelay: 5,
    retryBackoff: true,
    retryDelayMax: 600,
    expireInSeconds: 120,
    deleteAfterSeconds: keepCompletedSeconds,
    concurrency: 6,
  },
  'invoice-creation': {
    // 5 + 10 + 20 … up to 10 minutes: together more than an hour. Then the invoice has failed, and people may send it again.
    retryLimit: 12,
    retryDelay: 5,
    retryBackoff: true,
    retryDelayMax: 600,
    expireInSeconds: 60,
    deleteAfterSeconds: keepCompletedSeconds,
    concurrency: 4,
  },
  'calendar-sync': {
    // As long as the workflow of leads waits for the same calendar.
    retryLimit: 20,
    retryDelay: 5,
    retryBackoff: true,
    retryDelayMax: 600,
    expireInSeconds: 60,
    deleteAfterSeconds: keepCompletedSeconds,
    concurrency: 4,
  },
  'integration-scheduling': {
    // Few: the next minute does what this one could not.
    retryLimit: 3,
    retryDelay: 5,
    expireInSeconds: 30,
    deleteAfterSeconds: keepCompletedSeconds,
    concurrency: 1,
    cron: '* * * * *',
  },
  'integration-sync': {
    // 5 + 10 + 20 … together some three minutes; what fails for longer is for the next scheduled sync.
    retryLimit: 5,
    retryDelay: 5,
    retryBackoff: true,
    retryDelayMax: 120,
    // A message works for 20 s and is followed by another; beyond that only the page under way counts.
    expireInSeconds: 120,
    deleteAfterSeconds: keepCompletedSeconds,
    // Few: each of them holds a page in memory, and the providers count our requests.
    concurrency: 4,
  },
  'webhook-processing': {
    policy: 'key_strict_fifo',
    // More than the attempts at an event, after which it is given up: a job that failed would block its key for good.
    retryLimit: 10,
    // 2 + 4 + 8 + 16: an event is given up, and its successors go on, after half a minute.
    retryDelay: 2,
    retryBackoff: true,
    retryDelayMax: 60,
    expireInSeconds: 30,
    deleteAfterSeconds: keepCompletedSeconds,
    // Each holds a connection of the pool's ten for its transaction: more would only wait, and on a busy machine too long.
    concurrency: 16,
  },
  'email-sync': {
    retryLimit: 10,
    retryDelay: 2,
    retryBackoff: true,
    retryDelayMax: 300,
    // Some hundred messages, each with its retries.
    expireInSeconds: 300,
    deleteAfterSeconds: keepCompletedSeconds,
    concurrency: 4,
    // What webhooks did not tell.
    cron: '*/5 * * * *',
  },
  'email-sending': {
    // The attempts are counted with the mail, which fails by itself after the last; the queue must not give up before it.
    retryLimit: 20,
    // 5 + 10 + 20 … up to an hour: mail servers that defer want to be asked after minutes.
    retryDelay: 5,
    retryBackoff: true,
    retryDelayMax: 3_600,
    expireInSeconds: 60,
    deleteAfterSeconds: keepCompletedSeconds,
    concurrency: 5,
  },
  'text-sending': { ...toProvider, concurrency: 4 },
  // One of them is up to a thousand messages.
  'broadcast-sending': { ...toProvider, concurrency: 2 },
  'contact-export': { ...toProvider, concurrency: 4 },
  retention: {
    retryLimit: 3,
    retryDelay: 300,
    // The first time there may be years to remove, in batches.
    expireInSeconds: 3_600,
    deleteAfterSeconds: keepCompletedSeconds,
    concurrency: 1,
    // After the backup, which then still has what goes.
    cron: '30 3 * * *',
  },
  backup: {
    retryLimit: 2,
    retryDelay: 600,
    expireInSeconds: 3_600,
    deleteAfterSeconds: keepCompletedSeconds,
    concurrency: 1,
    cron: '0 2 * * *',
  },
}

export const queueNames = Object.keys(queues) as QueueName[]

/** Where jobs of a queue go after their last retry; `pgboss.redrive` sends them back. */
export const deadLetterOf = (queue: QueueName): string => `${queue}-dead-letter`
