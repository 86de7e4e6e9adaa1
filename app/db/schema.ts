import type { ColumnType, Generated, Selectable } from 'kysely'
import type { CrmAreasTables } from './schema-crm-areas.ts'
import type { EmailTables } from './schema-email.ts'
import type { IntegrationTables } from './schema-integrations.ts'
import type { OperationsTables } from './schema-operations.ts'
import type { ProviderStatusTable } from './schema-providers.ts'
import type { WebhookTables } from './schema-webhooks.ts'

/** Set by the database; PostgreSQL keeps milliseconds here (`timestamptz(3)`), as JavaScript does. */
export type CreatedAt = ColumnType<Date, undefined, never>
/** Set by the database when a row is made (unless it was changed elsewhere before), by us when it changes. */
export type UpdatedAt = ColumnType<Date, Date | undefined, Date>

export const roles = ['member', 'admin'] as const
export type Role = (typeof roles)[number]

export const leadStatuses = ['new', 'contacted', 'qualified', 'won', 'lost'] as const
export type LeadStatus = (typeof leadStatuses)[number]

export interface WorkspaceTable {
  id: Generated<string>
  name: string
  /** Lower case; everybody with an e-mail address there belongs to this workspace. */
  domain: string
  created_at: CreatedAt
}

export interface UserTable {
  id: Generated<string>
  workspace_id: string
  /** `iss` and `sub` of the sign-in provider: who somebody is, whatever the address becomes. */
  issuer: string
  subject: string
  email: string
  name: string
  role: Role
  created_at: CreatedAt
  signed_in_at: Date
}

export interface SessionTable {
  /** SHA-256 of the token in the cookie, in hex: who reads the table cannot sign in. */
  token_hash: string
  user_id: string
  created_at: CreatedAt
  expires_at: Date
}

export interface ContactTable {
  id: Generated<string>
  workspace_id: string
  name: string
  email: string | null
  phone: string | null
  company: string | null
  notes: string | null
  /** Found by enrichment. */
  industry: string | null
  company_size: string | null
  enriched_at: Date | null
  created_at: CreatedAt
  updated_at: UpdatedAt
}

/** What a contact is found by; filled by the search-indexing job. */
export interface ContactSearchTable {
  contact_id: string
  workspace_id: string
  /** The contact's texts in lower case, for fragments (trigrams). */
  text: string
  /** Its words, for prefixes. */
  document: string
}

export interface LeadTable {
  id: Generated<string>
  workspace_id: string
  contact_id: string | null
  title: string
  source: string
  status: Generated<LeadStatus>
  /** ISO 3166-1, or `unknown`; null until the workflow has looked. */
  region: ColumnType<string | null, string | null | undefined, string | null>
  created_at: CreatedAt
  updated_at: UpdatedAt
}

export interface BusinessEventTable {
  id: Generated<string>
  workspace_id: string
  type: string
  /** JSON; given as text. */
  metadata: ColumnType<Record<string, unknown>, string, string>
  created_at: CreatedAt
}

export interface Schema extends CrmAreasTables, EmailTables, IntegrationTables, OperationsTables, WebhookTables {
  workspaces: WorkspaceTable
  users: UserTable
  sessions: SessionTable
  contacts: ContactTable
  contact_search: ContactSearchTable
  leads: LeadTable
  business_events: BusinessEventTable
  provider_status: ProviderStatusTable
}

export type Workspace = Selectable<WorkspaceTable>
export type Contact = Selectable<ContactTable>
export type Lead = Selectable<LeadTable>
