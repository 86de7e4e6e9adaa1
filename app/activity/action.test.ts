import { expect, test } from 'vitest'
import { actionOf } from './action.ts'

test.each([
  ['POST', '/api/contacts', 'contact.created'],
  ['GET', '/api/contacts', 'contact.listed'],
  ['GET', '/api/contacts/:id', 'contact.viewed'],
  ['PATCH', '/api/contacts/:id', 'contact.updated'],
  ['DELETE', '/api/contacts/:id', 'contact.deleted'],
  ['POST', '/api/contacts/:id/merge', 'contact.merge'],
  ['POST', '/api/deals/:id/invoice', 'deal.invoice'],
  ['POST', '/api/auth/logout', 'auth.logout'],
  ['DELETE', '/api/calendar-events/:id', 'calendar_event.deleted'],
  ['GET', '/api/crm/stats/event-metrics', 'crm.stats.event_metrics.viewed'],
  ['GET', '/api/status', 'status.listed'],
  ['PATCH', '/api/workspace', 'workspace.updated'],
])('%s %s is %s', (method, route, action) => {
  expect(actionOf(method, route)).toBe(action)
})
