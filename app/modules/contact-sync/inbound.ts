import { sql, type Transaction } from 'kysely'
import { z } from 'zod'
import type { Contact, Schema } from '../../db/schema.ts'
import type { WebhookEvent } from '../../db/schema-webhooks.ts'
import type { Deps } from '../../deps.ts'
import { logSync } from '../../sync-log.ts'

const field = (longest: number) =>
  z
    .string()
    .transform((text) => text.replaceAll('\u0000', '').trim().slice(0, longest) || null)
    .nullish()
    .catch(undefined)

/** GHL's body. What is absent stays as it is here; what is null or empty there becomes empty here. */
const bodySchema = z.object({
  type: z.string(),
  timestamp: z.coerce.date().optional().catch(undefined),
  data: z.object({
    contactId: z.coerce.string(),
    firstName: field(100),
    lastName: field(100),
    name: field(200),
    email: field(254),
    phone: field(40),
    companyName: field(200),
  }),
})

const provider = 'ghl'

/**
 * Takes over a contact of GHL: finds ours by the link, then by e-mail address, or makes one. A change that is older than the
 * last one taken over is known already, and changes nothing. Deletions there delete nothing here.
 */
export const applyGhlEvent = async (
  { jobs }: Pick<Deps, 'jobs'>,
  trx: Transaction<Schema>,
  event: WebhookEvent,
  workspaceId: string,
): Promise<() => void> => {
  const startedAt = new Date()
  const { type, timestamp, data } = bodySchema.parse(event.payload)
  const link = await trx
    .selectFrom('contact_links')
    .innerJoin('contacts', 'contacts.id', 'contact_links.contact_id')
    .selectAll('contacts')
    .select(['changed_at', 'sequence'])
    .where('contact_links.workspace_id', '=', workspaceId)
    .where('provider', '=', provider)
    .where('external_id', '=', data.contactId)
    .forUpdate()
    .executeTakeFirst()
  const sequence = event.sequence === null ? null : Number(event.sequence)
  let contactId = link?.id ?? null
  const isNews = !link || !isOlder({ changedAt: timestamp ?? null, sequence }, link)
  if (isNews && type !== 'ContactDelete') {
    const saved = await saveContact(trx, workspaceId, link, data)
    contactId = saved.contact.id
    await trx
      .insertInto('contact_links')
      .values({
        workspace_id: workspaceId,
        provider,
        external_id: data.contactId,
        contact_id: contactId,
        changed_at: timestamp ?? null,
        sequence,
      })
      .onConflict((same) =>
        same
          .columns(['workspace_id', 'provider', 'external_id'])
          .doUpdateSet({ contact_id: contactId ?? '', changed_at: timestamp ?? null, sequence, synced_at: new Date() }),
      )
      .execute()
    const job = { workspaceId, contactId }
    if (saved.changed) await jobs.enqueue(trx, 'search-indexing', job)
    if (saved.emailChanged) await jobs.enqueue(trx, 'contact-enrichment', job)
  }
  const entityId = contactId ?? data.contactId
  return await logSync(trx, { workspaceId, provider, direction: 'inbound', entityType: 'contact', entityId, startedAt })
}

/** Notes in the log that a contact was not taken over. */
export const ghlEventGivenUp = async (
  trx: Transaction<Schema>,
  event: WebhookEvent,
  workspaceId: string,
  reason: string,
): Promise<() => void> =>
  await logSync(trx, {
    workspaceId,
    provider,
    direction: 'inbound',
    entityType: 'contact',
    entityId: event.contact_key,
    startedAt: event.received_at,
    error: reason,
  })

/** By time where both have one, and by the provider's count at the same time. */
const isOlder = (
  change: { changedAt: Date | null; sequence: number | null },
  last: { changed_at: Date | null; sequence: string | null },
): boolean => {
  const timeDifference =
    change.changedAt && last.changed_at ? change.changedAt.getTime() - last.changed_at.getTime() : 0
  if (timeDifference !== 0) return timeDifference < 0
  return change.sequence !== null && last.sequence !== null && change.sequence <= Number(last.sequence)
}

interface Saved {
  readonly contact: Pick<Contact, 'id'>
  readonly changed: boolean
  readonly emailChanged: boolean
}

const saveContact = async (
  trx: Transaction<Schema>,
  workspaceId: string,
  linked: Contact | undefined,
  data: z.output<typeof bodySchema>['data'],
): Promise<Saved> => {
  const before = linked ?? (data.email ? await contactWith(trx, workspaceId, data.email) : undefined)
  const fields = {
    name: data.name ?? ([data.firstName, data.lastName].filter(Boolean).join(' ') || undefined),
    email: data.email,
    phone: data.phone,
    company: data.companyName,
  }
  if (!before) {
    const contact = await trx
      .insertInto('contacts')
      .values({
        workspace_id: workspaceId,
        name: fields.name ?? 'Contact of GHL',
        email: fields.email ?? null,
        phone: fields.phone ?? null,
        company: fields.company ?? null,
        notes: null,
        industry: null,
        company_size: null,
        enriched_at: null,
      })
      .returning('id')
      .executeTakeFirstOrThrow()
    return { contact, changed: true, emailChanged: Boolean(fields.email) }
  }
  const changes = Object.fromEntries(
    Object.entries(fields).filter(
      ([name, value]) => value !== undefined && value !== before[name as keyof typeof fields],
    ),
  )
  const changed = Object.keys(changes).length > 0
  if (changed)
    await trx
      .updateTable('contacts')
      .set({ ...changes, updated_at: new Date() })
      .where('id', '=', before.id)
      .execute()
  return { contact: before, changed, emailChanged: Boolean(changes.email) }
}

/** The first of ours that has this e-mail address. */
const contactWith = async (
  trx: Transaction<Schema>,
  workspaceId: string,
  email: string,
): Promise<Contact | undefined> =>
  await trx
    .selectFrom('contacts')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where(sql<boolean>`lower(email) = lower(${email})`)
    .orderBy('created_at')
    .limit(1)
    .forUpdate()
    .executeTakeFirst()
