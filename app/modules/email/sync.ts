import { AdapterError, type Gmail, type GmailMessage } from '../../adapters/outside.ts'
import type { Mailbox } from '../../db/schema-email.ts'
import type { Deps } from '../../deps.ts'
import type { JobData } from '../../jobs/queues.ts'
import { publish } from '../../realtime/publish.ts'
import { counter } from '../../telemetry/instruments.ts'
import { jobErrorReason } from '../../telemetry/jobs.ts'
import { logger } from '../../telemetry/logger.ts'
import { outsideOfRequests } from '../../telemetry/request-context.ts'
import { span, withoutSpans } from '../../telemetry/spans.ts'
import { requestEverySync } from './mailboxes.ts'
import { mapBounded } from './parallel.ts'
import { type Cursor, cursorOf, knownMessages, matchContacts, moveCursor, storeEmails } from './table.ts'

/** Messages of a page: few enough for one transaction. */
const pageSize = 100
/** Messages that are fetched at the same time: Gmail allows 250 units a second, and a message costs 5. */
const atOnce = 8
/** Messages that are spans of their own. A first sync has thousands: they would bury the rest of the trace. */
const mostSpans = 20
/** Pages of one job; the rest is another's, so that no job takes minutes. */
const mostPages = 3

type Services = Pick<Deps, 'config' | 'db' | 'jobs' | 'outside'>

const synced = counter('emails_synced_total')

/** Runs the jobs of `email-sync`: of one mailbox, or, without one, asks for a sync of each. */
export const syncEmail = async (deps: Services, { mailboxId }: JobData['email-sync']): Promise<void> => {
  if (mailboxId === undefined) await requestEverySync(deps)
  else await syncMailbox(deps, mailboxId)
}

/**
 * Reads what is new in a mailbox, page by page; each page is stored in one transaction with the cursor behind it, so that a
 * job that ends in the middle is gone on with where it was. Idempotent: a message is stored once. Two at the same time are
 * harmless: the one that finds the cursor moved leaves off.
 * @throws AdapterError; one that is rate limited puts the job off until Gmail's own time
 */
const syncMailbox = async (deps: Services, mailboxId: string): Promise<void> => {
  const { db } = deps
  const mailbox = await db
    .updateTable('mailboxes')
    .set({ sync_requested_at: null })
    .where('id', '=', mailboxId)
    .returningAll()
    .executeTakeFirst()
  if (!mailbox) return
  try {
    const stored = await readPages(deps, mailbox)
    await span('notification', {}, () => tell(deps, mailbox, stored))
  } catch (error) {
    const reason = jobErrorReason(error)
    // A job that is put off waits like one that was just asked for; anything else is for people to see.
    const change =
      reason === 'rate_limited' ? { sync_requested_at: new Date() } : { status: 'error' as const, error: reason }
    await db.updateTable('mailboxes').set(change).where('id', '=', mailboxId).execute()
    throw error
  }
}

/** @returns how many messages were stored for the first time */
const readPages = async (deps: Services, mailbox: Mailbox): Promise<number> => {
  let cursor: Cursor | undefined = cursorOf(mailbox)
  let stored = 0
  for (let pages = 1; cursor !== undefined; pages++) {
    const page = await span('message fetch', {}, () => fetchPage(deps, mailbox, cursor as Cursor))
    const matched = await span('processing', {}, () => matchContacts(deps.db, mailbox.workspace_id, page.messages))
    const isEnough = pages === mostPages && page.hasMore
    const added = await span('storage', {}, () =>
      deps.db.transaction().execute(async (trx) => {
        if (!(await moveCursor(trx, mailbox.id, cursor as Cursor, page.next, page.hasMore))) return undefined
        // A trace of its own: the first sync of a mailbox has thousands of messages.
        if (isEnough) await outsideOfRequests(() => enqueueRest(deps, trx, mailbox))
        return await storeEmails(trx, mailbox, matched)
      }),
    )
    // Another job is on it.
    if (added === undefined) return stored
    synced.add(added)
    stored += added
    cursor = page.hasMore && !isEnough ? page.next : undefined
  }
  return stored
}

const enqueueRest = (
  { jobs }: Services,
  trx: Parameters<Deps['jobs']['enqueue']>[0],
  { id, workspace_id }: Mailbox,
): Promise<void> => jobs.enqueue(trx, 'email-sync', { workspaceId: workspace_id, mailboxId: id })

interface FetchedPage {
  readonly messages: readonly GmailMessage[]
  readonly next: Cursor
  readonly hasMore: boolean
}

/** The messages of the next page that are not stored yet. */
const fetchPage = async ({ db, outside }: Services, mailbox: Mailbox, cursor: Cursor): Promise<FetchedPage> => {
  const { ids, ...rest } = await listPage(outside.gmail, mailbox, cursor)
  const known = await knownMessages(db, mailbox.id, ids)
  const missing = ids.filter((id) => !known.has(id))
  const context = { tenantId: mailbox.workspace_id }
  const fetchAll = () =>
    mapBounded(missing, atOnce, (id, signal) =>
      outside.gmail.message(id, { ...context, signal }).catch((error: unknown) => {
        // Deleted meanwhile.
        if (error instanceof AdapterError && error.reason === 'not_found') return undefined
        throw error
      }),
    )
  const messages = await (missing.length > mostSpans ? withoutSpans(fetchAll) : fetchAll())
  return { messages: messages.filter((message) => message !== undefined), ...rest }
}

/** The ids of the next page: of the history, or of the whole mailbox where there is no point in it to begin at. */
const listPage = async (
  gmail: Gmail,
  { workspace_id }: Mailbox,
  { historyId, readingHistoryId, pageCursor }: Cursor,
): Promise<{ ids: readonly string[]; next: Cursor; hasMore: boolean }> => {
  const context = { tenantId: workspace_id }
  if (historyId !== null) {
    try {
      const { added, nextCursor, ...page } = await gmail.history(historyId, pageCursor ?? undefined, context)
      const hasMore = nextCursor !== undefined
      const next = {
        historyId: hasMore ? historyId : page.historyId,
        readingHistoryId: null,
        pageCursor: nextCursor ?? null,
      }
      return { ids: added, next, hasMore }
    } catch (error) {
      if (!(error instanceof AdapterError) || error.reason !== 'not_found') throw error
      logger('email').warn({ tenantId: workspace_id }, 'the mailbox’s history is too old; everything is read anew')
      return { ids: [], next: { historyId: null, readingHistoryId: null, pageCursor: null }, hasMore: true }
    }
  }
  // What arrives while the pages are read comes after this.
  const reading = readingHistoryId ?? (await gmail.profile(context)).historyId
  const { items, nextCursor } = await gmail.listMessages({ cursor: pageCursor ?? undefined, limit: pageSize }, context)
  const hasMore = nextCursor !== undefined
  const next = hasMore
    ? { historyId: null, readingHistoryId: reading, pageCursor: nextCursor }
    : { historyId: reading, readingHistoryId: null, pageCursor: null }
  return { ids: items.map(({ id }) => id), next, hasMore }
}

const tell = async ({ db }: Services, { id, workspace_id }: Mailbox, stored: number): Promise<void> => {
  await publish(db, { workspaceId: workspace_id, type: 'email.synced', data: { mailboxId: id, stored } })
  logger('email').info(
    { operation: 'sync.completed', tenantId: workspace_id, entity: 'message', recordCount: stored, mailboxId: id },
    'mailbox read',
  )
}
