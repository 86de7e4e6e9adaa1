import type { DealStage } from '../../db/schema-crm-areas.ts'
import type { Page } from './page.ts'

/** Contacts and deals as the API shows them: the fields that the schema names. */
export interface ShownContact {
  readonly id: string
}
export interface ShownDeal {
  readonly id: string
  readonly contactId: string | null
}

interface PageQuery {
  readonly cursor: string | undefined
  readonly limit: number
}

/** What the schema reads, by the services of the modules that own it. Nothing of another workspace is ever found. */
export interface GraphqlSources {
  /** @throws DomainError validation for a cursor that is none of ours */
  searchContacts(workspaceId: string, query: PageQuery & { q: string | undefined }): Promise<Page<ShownContact>>
  /** In any order; unknown ones are left out. */
  contactsByIds(workspaceId: string, ids: readonly string[]): Promise<readonly ShownContact[]>
  listDeals(workspaceId: string, query: PageQuery & { stage: DealStage | undefined }): Promise<Page<ShownDeal>>
  dealsByIds(workspaceId: string, ids: readonly string[]): Promise<readonly ShownDeal[]>
  /** The newest `most` deals of each contact, newest first. */
  dealsOfContacts(workspaceId: string, contactIds: readonly string[], most: number): Promise<readonly ShownDeal[]>
}
