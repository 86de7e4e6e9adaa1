import DataLoader from 'dataloader'
import type { Database } from '../../db/database.ts'
import type { GraphqlSources, ShownContact, ShownDeal } from './sources.ts'
import { type ShownUser, usersByIds } from './table.ts'

/** What one request looks up by id: all that is asked for at the same time is one query. */
export interface Loaders {
  readonly contact: DataLoader<string, ShownContact | null>
  readonly deal: DataLoader<string, ShownDeal | null>
  readonly user: DataLoader<string, ShownUser | null>
  /** The deals of a contact, for each number of them that is asked for. */
  readonly dealsOf: (most: number) => DataLoader<string, readonly ShownDeal[]>
}

export const createLoaders = (db: Database, sources: GraphqlSources, workspaceId: string): Loaders => {
  const byContact = new Map<number, DataLoader<string, readonly ShownDeal[]>>()
  return {
    contact: byId((ids) => sources.contactsByIds(workspaceId, ids)),
    deal: byId((ids) => sources.dealsByIds(workspaceId, ids)),
    user: byId((ids) => usersByIds(db, workspaceId, ids)),
    dealsOf: (most) => {
      const known = byContact.get(most)
      if (known) return known
      const loader = new DataLoader<string, readonly ShownDeal[]>(async (contactIds) => {
        const groups = Map.groupBy(
          await sources.dealsOfContacts(workspaceId, contactIds, most),
          ({ contactId }) => contactId,
        )
        return contactIds.map((id) => groups.get(id) ?? [])
      })
      byContact.set(most, loader)
      return loader
    },
  }
}

const byId = <Row extends { readonly id: string }>(find: (ids: readonly string[]) => Promise<readonly Row[]>) =>
  new DataLoader<string, Row | null>(async (ids) => {
    const found = new Map((await find(ids)).map((row) => [row.id, row]))
    return ids.map((id) => found.get(id) ?? null)
  })
