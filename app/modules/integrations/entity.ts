import { createHash } from 'node:crypto'
import type { Transaction } from 'kysely'
import type { ExternalRecord, SyncEntity } from '../../adapters/outside.ts'
import type { Database } from '../../db/database.ts'
import type { Schema } from '../../db/schema.ts'
import type { ExternalLink } from '../../db/schema-integrations.ts'

export type Trx = Transaction<Schema>

/** What is synchronized of a record, under the names that the adapters use. */
export type Fields = ExternalRecord['fields']

/** A row of ours as far as it is synchronized. */
export interface LocalRow {
  readonly id: string
  readonly fields: Fields
  readonly updatedAt: Date
}

/** A row of ours that changed since both sides agreed. */
export interface LocalChange {
  readonly row: LocalRow
  readonly link: Pick<ExternalLink, 'external_id' | 'local_hash'>
}

/** One kind of record: how it is kept here. All lists are small: a page. */
export interface SyncedEntity {
  readonly entity: SyncEntity
  /** What we keep of a record of theirs; undefined when it can be no row of ours. */
  parse(fields: Fields): Fields | undefined
  /** Rows by their ids, locked against changes in the order of ids. */
  rows(trx: Trx, workspaceId: string, ids: readonly string[]): Promise<LocalRow[]>
  /** Ids of rows that are probably the same as these records, and not linked yet, by `likeness`; oldest first. */
  candidates(
    trx: Trx,
    about: { workspaceId: string; integrationId: string },
    records: readonly Fields[],
  ): Promise<{ likeness: string; id: string }[]>
  /** By what a record is known again without a link; undefined where by nothing. */
  likeness(fields: Fields): string | undefined
  insert(trx: Trx, workspaceId: string, rows: readonly LocalRow[]): Promise<void>
  update(trx: Trx, workspaceId: string, rows: readonly LocalRow[]): Promise<void>
  /** Linked rows that changed here, longest ago first. */
  changed(db: Database, integrationId: string, limit: number): Promise<LocalChange[]>
}

/** Tells whether two sets of fields are the same, whatever their order. */
export const hashOf = (fields: Fields): string =>
  createHash('sha256')
    .update(JSON.stringify(Object.entries(fields).toSorted(([a], [b]) => (a < b ? -1 : 1))))
    .digest('hex')
    .slice(0, 32)
