import type { Deps } from './deps.ts'
import { queueDepths } from './jobs/depths.ts'
import { shownContact } from './modules/contacts/schemas.ts'
import { readContact, searchContacts } from './modules/contacts/service.ts'
import { contactsByIds } from './modules/contacts/table.ts'
import { shownDeal } from './modules/deals/schemas.ts'
import { dealsByIds, dealsOfContacts, listDeals } from './modules/deals/service.ts'
import type { GraphqlSources } from './modules/graphql/sources.ts'
import type { McpSources } from './modules/mcp/sources.ts'

/** The modules meet here: the tools for models and the GraphQL schema know what they read, not who owns it. */
export const readSources = (deps: Pick<Deps, 'db' | 'jobs'>) => {
  const { db } = deps
  return {
    searchContacts: async (workspaceId, query) => {
      const { rows, nextCursor } = await searchContacts(deps, workspaceId, query)
      return { rows: rows.map(shownContact), nextCursor }
    },
    readContact: async (workspaceId, id) => shownContact(await readContact(deps, workspaceId, id)),
    contactsByIds: async (workspaceId, ids) => (await contactsByIds(db, workspaceId, ids)).map(shownContact),
    listDeals: async (workspaceId, query) => {
      const { rows, nextCursor } = await listDeals(db, workspaceId, query)
      return { rows: rows.map(shownDeal), nextCursor }
    },
    dealsByIds: async (workspaceId, ids) => (await dealsByIds(db, workspaceId, ids)).map(shownDeal),
    dealsOfContacts: async (workspaceId, contactIds, most) =>
      (await dealsOfContacts(db, workspaceId, contactIds, most)).map(shownDeal),
    queueDepths: () => queueDepths(db),
  } satisfies GraphqlSources & McpSources
}
