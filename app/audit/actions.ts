/** What operators do that changes something, by method and route: who did it, when, and what came of it is kept. */
export const audited = {
  'POST /api/jobs/process-pending': { action: 'events.process_pending' },
  'POST /api/admin/events/:id/replay': { action: 'event.replay', target: 'webhook_event' },
  'POST /api/admin/events/:id/quarantine': { action: 'event.quarantine', target: 'webhook_event' },
  'POST /api/crm/events/reset': { action: 'business_events.reset' },
  'PATCH /api/monitoring/error-groups/:id': { action: 'error_group.change', target: 'error_group' },
  'POST /api/admin/backups': { action: 'backup.make', target: 'backup' },
  'POST /api/operations/silences': { action: 'alert.silence', target: 'alert' },
  'DELETE /api/operations/silences/:id': { action: 'alert.unsilence', target: 'silence' },
  'POST /api/invoices/:id/retry': { action: 'invoice.retry', target: 'invoice' },
  'POST /api/integrations': { action: 'integration.create', target: 'integration' },
  'PATCH /api/integrations/:id': { action: 'integration.change', target: 'integration' },
  'POST /api/integrations/:id/sync': { action: 'integration.sync', target: 'integration' },
  'POST /api/mailboxes/:id/sync': { action: 'mailbox.sync', target: 'mailbox' },
} as const satisfies Record<string, { readonly action: string; readonly target?: string }>

export type AuditedRoute = keyof typeof audited
export type AuditedAction = (typeof audited)[AuditedRoute]['action']

export const isAudited = (route: string): route is AuditedRoute => Object.hasOwn(audited, route)
export const auditedActions = [...new Set(Object.values(audited).map(({ action }) => action))] as [
  AuditedAction,
  ...AuditedAction[],
]
