import { randomUUID } from 'node:crypto'
import type { ExternalRecord } from '../../adapters/outside.ts'
import type { ExternalLink } from '../../db/schema-integrations.ts'
import { decide } from './decide.ts'
import { type Fields, hashOf, type LocalRow, type SyncedEntity } from './entity.ts'
import type { Counts } from './measure.ts'

/** A record of theirs that can be a row of ours. */
export interface Readable {
  readonly externalId: string
  readonly updatedAt: Date
  readonly fields: Fields
}

/** What both sides agree on from now on. */
export interface Agreement {
  readonly externalId: string
  readonly localId: string
  readonly externalUpdatedAt: Date
  readonly externalHash: string
  readonly localUpdatedAt: Date
  readonly localHash: string
  readonly isConflict: boolean
}

export interface Plan {
  readonly create: readonly LocalRow[]
  readonly update: readonly LocalRow[]
  readonly agreements: readonly Agreement[]
  readonly counts: Omit<Counts, 'failed'>
}

/** The records that can be rows of ours, each once, and the ids of those that cannot. */
export const readRecords = (
  { parse }: Pick<SyncedEntity, 'parse'>,
  records: readonly ExternalRecord[],
): { readable: Readable[]; unreadable: string[] } => {
  const byId = new Map(records.map((record) => [record.externalId, record]))
  const readable: Readable[] = []
  const unreadable: string[] = []
  for (const { externalId, updatedAt, fields } of byId.values()) {
    const kept = parse(fields)
    // Without what PostgreSQL and our log cannot hold.
    const isId = externalId.length <= 200 && !externalId.includes('\u0000')
    if (kept && isId) readable.push({ externalId, updatedAt, fields: kept })
    else unreadable.push(isId ? externalId : 'unreadable')
  }
  return { readable, unreadable }
}

type KnownLink = Pick<ExternalLink, 'external_id' | 'local_id' | 'external_hash' | 'local_hash'>

interface Known {
  readonly links: readonly KnownLink[]
  /** Rows behind the links, and those that look like a record. */
  readonly rows: readonly LocalRow[]
  readonly candidates: readonly { readonly likeness: string; readonly id: string }[]
}

/** A time that never comes again: a row that bears it is sent with the next opportunity. */
const never = new Date(0)

/** What is to be written for a page of records. Reads nothing, writes nothing. */
export const planPage = (
  { likeness }: Pick<SyncedEntity, 'likeness'>,
  records: readonly Readable[],
  { links, rows, candidates }: Known,
  now: Date,
): Plan => {
  const linkOf = new Map(links.map((link) => [link.external_id, link]))
  const rowOf = new Map(rows.map((row) => [row.id, row]))
  const free = new Map<string, string[]>()
  for (const one of candidates) free.set(one.likeness, [...(free.get(one.likeness) ?? []), one.id])
  const create: LocalRow[] = []
  const update: LocalRow[] = []
  const agreements: Agreement[] = []
  let conflicts = 0
  for (const record of records) {
    const link = linkOf.get(record.externalId)
    const alike = likeness(record.fields)
    const localId = link?.local_id ?? (alike === undefined ? undefined : free.get(alike)?.shift())
    const row = localId === undefined ? undefined : rowOf.get(localId)
    // A clock that is ahead of ours must not win for ever.
    const changedAt = record.updatedAt < now ? record.updatedAt : now
    const theirs = { hash: hashOf(record.fields), updatedAt: changedAt }
    const ours = row && { hash: hashOf(row.fields), updatedAt: row.updatedAt }
    const agreed = link && { externalHash: link.external_hash, localHash: link.local_hash }
    const { decision, isConflict } = decide({ theirs, ours, agreed })
    if (isConflict) conflicts++
    if (decision === 'nothing') continue
    const id = row?.id ?? randomUUID()
    if (decision === 'create') create.push({ id, fields: record.fields, updatedAt: changedAt })
    if (decision === 'take') update.push({ id, fields: record.fields, updatedAt: changedAt })
    const localUpdatedAt = decision === 'keep' ? never : decision === 'agree' && row ? row.updatedAt : changedAt
    agreements.push({
      externalId: record.externalId,
      localId: id,
      externalUpdatedAt: record.updatedAt,
      externalHash: theirs.hash,
      localUpdatedAt,
      localHash: theirs.hash,
      isConflict,
    })
  }
  return { create, update, agreements, counts: { created: create.length, updated: update.length, conflicts } }
}
