import type { ColumnType, Generated, Selectable } from 'kysely'
import type { dealStages, invoiceStatuses } from '../../catalogue/metrics/values.ts'

type CreatedAt = ColumnType<Date, undefined, never>
type UpdatedAt = ColumnType<Date, Date | undefined, Date>
/** PostgreSQL's `numeric`, which JavaScript reads as text so that no digit is lost. */
type Amount = ColumnType<string, number | string, number | string>
/** JSON; given as text. */
type Json<T> = ColumnType<T, string, string>

export type DealStage = (typeof dealStages)[number]
export type InvoiceStatus = (typeof invoiceStatuses)[number]

export const calendarStatuses = ['pending', 'synced', 'deleting'] as const
export type CalendarStatus = (typeof calendarStatuses)[number]

export interface PipelineTable {
  id: Generated<string>
  workspace_id: string
  name: string
  /** ISO 4217: of deals that name none, and of the value of the pipeline. */
  currency: Generated<string>
  /** One a workspace. */
  is_default: Generated<boolean>
  created_at: CreatedAt
  updated_at: UpdatedAt
}

export interface DealTable {
  id: Generated<string>
  workspace_id: string
  pipeline_id: string
  contact_id: string | null
  title: string
  amount: ColumnType<string, number | string | undefined, number | string>
  currency: Generated<string>
  stage: Generated<DealStage>
  created_at: CreatedAt
  updated_at: UpdatedAt
}

/** Where the workflow of a lead stands: each finished step has its time. */
export interface LeadWorkflowTable {
  lead_id: string
  workspace_id: string
  qualified_at: Date | null
  geo_tagged_at: Date | null
  calendar_event_at: Date | null
  sales_notified_at: Date | null
  completed_at: Date | null
  created_at: CreatedAt
  updated_at: UpdatedAt
}

export interface CalendarEventTable {
  id: Generated<string>
  workspace_id: string
  /** Chosen by us, so that a second try makes no second event. */
  google_id: string
  lead_id: string | null
  summary: string
  starts_at: Date
  ends_at: Date
  /** `synced` once Google has it; `deleting` until Google has forgotten it. */
  status: CalendarStatus
  link: string | null
  created_at: CreatedAt
  updated_at: UpdatedAt
}

export interface InvoiceLine {
  readonly description: string
  readonly quantity: number
  readonly unitPrice: number
}

export interface InvoiceTable {
  id: Generated<string>
  workspace_id: string
  deal_id: string | null
  contact_id: string | null
  /** The caller's own name for it: the same one in a workspace is the same invoice. Billy knows it by our `id`. */
  external_id: string
  customer_name: string
  currency: string
  amount: Amount
  lines: Json<readonly InvoiceLine[]>
  status: Generated<InvoiceStatus>
  /** Tries since it was last asked for. */
  attempts: Generated<number>
  error_reason: string | null
  billy_id: string | null
  invoice_no: string | null
  sent_at: Date | null
  created_at: CreatedAt
  updated_at: UpdatedAt
}

export interface NotificationTable {
  id: Generated<string>
  workspace_id: string
  /** Null: everybody in the workspace. */
  user_id: string | null
  type: string
  data: Json<Record<string, unknown>>
  created_at: CreatedAt
}

export interface UserActivityTable {
  id: Generated<string>
  workspace_id: string
  user_id: string
  /** `contact.created` … */
  action: string
  method: string
  /** The route's template, never an address. */
  route: string
  created_at: Date
}

export interface CrmAreasTables {
  pipelines: PipelineTable
  deals: DealTable
  lead_workflows: LeadWorkflowTable
  calendar_events: CalendarEventTable
  invoices: InvoiceTable
  notifications: NotificationTable
  user_activities: UserActivityTable
}

export type Pipeline = Selectable<PipelineTable>
export type Deal = Selectable<DealTable>
export type CalendarEventRow = Selectable<CalendarEventTable>
export type Invoice = Selectable<InvoiceTable>
export type Notification = Selectable<NotificationTable>
export type UserActivity = Selectable<UserActivityTable>
