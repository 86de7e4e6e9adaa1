import type { QueueDepth } from '../../jobs/depths.ts'

/** A contact as tools show it: the API's own shape. */
export interface ShownContact {
  readonly id: string
  readonly name: string
}

/** What the tools read, by the services of the modules that own it. */
export interface McpSources {
  /** Newest first; `nextCursor` is null on the last page. @throws DomainError validation for a cursor that is none of ours */
  searchContacts(
    workspaceId: string,
    query: { q: string | undefined; cursor: string | undefined; limit: number },
  ): Promise<{ rows: readonly ShownContact[]; nextCursor: string | null }>
  /** @throws DomainError not_found, also for contacts of other workspaces */
  readContact(workspaceId: string, id: string): Promise<ShownContact>
  queueDepths(): Promise<readonly QueueDepth[]>
}
