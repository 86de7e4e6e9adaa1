import { urlOf } from '../../../stack/ports.ts'
import type { Canary } from './values.ts'
import type { Visitor } from './visitor.ts'
import type { Way } from './ways.ts'

const sources = ['ghl', 'aloware', 'verity', 'gmail', 'salesforce', 'hubspot'] as const
type Source = (typeof sources)[number]

/** What a provider's webhook says of a contact, in its own words. */
const said = (source: Source, { name, value }: Canary): object => {
  const email = name === 'e-mail' ? value : undefined
  switch (source) {
    case 'ghl':
      return {
        firstName: value,
        lastName: value,
        email: email ?? value,
        phone: value,
        notes: value,
        customField: value,
      }
    case 'aloware':
      return { message: value, from: value, contact_name: value }
    case 'verity':
      return { reason: value, recipient: value, message: value }
    case 'gmail':
      return { subject: value, snippet: value }
    case 'salesforce':
      return { Description: value, Email: email ?? value, note: value }
    case 'hubspot':
      return { propertyName: 'notes', propertyValue: value, note: value }
  }
}

const webhook = (visitor: Visitor, source: Source, order: object): Promise<Response> =>
  visitor.sandbox('POST', '/sandbox/webhooks/send', { source, count: 1, wait: true, ...order }, [200, 202])

const fault = (visitor: Visitor, provider: string, what: object | undefined): Promise<Response> =>
  what
    ? visitor.sandbox('PUT', `/faults/${provider}`, what, [200])
    : visitor.sandbox('DELETE', `/faults/${provider}`, undefined, [200])

const gatewayKey = { 'x-api-key': 'development-gateway-key' }

/** The last event that came, put aside with a reason in an operator's words. */
const quarantineLast = async (visitor: Visitor, reason: string): Promise<void> => {
  const list = await visitor.ask('/api/admin/events?status=pending&limit=1', [200], { headers: visitor.operator })
  const [event] = ((await list.json()) as { events?: { id: string }[] }).events ?? []
  if (!event) return
  const headers = { ...visitor.operator, 'content-type': 'application/json' }
  const init = { method: 'POST', headers, body: JSON.stringify({ reason }) }
  // It may have been worked off meanwhile.
  await visitor.ask(`/api/admin/events/${event.id}/quarantine`, [200, 409], init)
}

/** By providers, by jobs, and by calls to the outside. */
export const outsideWays: readonly Way[] = [
  ...sources.map(
    (source): Way => ({
      name: `webhook of ${source}`,
      takes: 'all',
      send: async (visitor, canary) => {
        await webhook(visitor, source, { data: said(source, canary) })
        const url = `/api/webhooks/${source}?note=${encodeURIComponent(canary.value)}`
        const headers = { 'content-type': 'application/json', [`x-${source}-signature`]: 'none' }
        const body = JSON.stringify(said(source, canary))
        await visitor.ask(url, [401], { method: 'POST', headers, body })
      },
    }),
  ),
  {
    name: 'webhook, failing and put aside',
    takes: 'all',
    breaks: true,
    send: async (visitor, canary) => {
      await fault(visitor, 'gmail', { status: 500 })
      // An address that is no mailbox of ours; a contact whose name is no text.
      await webhook(visitor, 'gmail', { data: { note: canary.value } })
      await webhook(visitor, 'ghl', { type: 'ContactCreate', data: { firstName: { a: canary.value }, email: 1 } })
      await quarantineLast(visitor, canary.value)
      await fault(visitor, 'gmail', undefined)
    },
  },
  {
    name: 'e-mail',
    takes: 'all',
    send: async (visitor, { name, value }) => {
      const to = name === 'e-mail' ? value : 'nobody@crm.example'
      await visitor.post('/api/emails', { to, subject: value, text: value }, [202])
    },
  },
  {
    name: 'e-mail that is refused',
    takes: 'all',
    breaks: true,
    send: async (visitor, { name, value }) => {
      await fault(visitor, 'smtp', { status: 550 })
      const to = name === 'e-mail' ? value : 'nobody@crm.example'
      await visitor.post('/api/emails', { to, subject: value, text: value }, [202])
      await fault(visitor, 'smtp', undefined)
    },
  },
  {
    name: 'text message and broadcast',
    takes: 'all',
    send: async (visitor, { value }) => {
      await visitor.post('/api/texts', { contactId: visitor.contactId, message: value }, [202, 422])
      const broadcast = { name: value, message: value, contactIds: [visitor.contactId] }
      await visitor.post('/api/broadcasts', broadcast, [202, 422])
    },
  },
  {
    name: 'lead, through its workflow',
    takes: 'all',
    send: async (visitor, { value }) => {
      const source = value.slice(0, 50)
      await visitor.post('/api/leads', { title: value.slice(0, 200), source, contactId: visitor.contactId }, [201])
    },
  },
  {
    name: 'call to a provider',
    takes: 'all',
    send: async (visitor, { value }) => {
      const path = `/api/verity/contacts/${encodeURIComponent(value)}?q=${encodeURIComponent(value)}`
      await visitor.ask(path, [200, 400, 404, 422], { headers: gatewayKey })
      const body = JSON.stringify({ name: value, message: value, note: value })
      const headers = { ...gatewayKey, 'content-type': 'application/json' }
      await visitor.ask('/api/verity/broadcasts', [200, 201, 202, 400, 404, 422], { method: 'POST', headers, body })
    },
  },
  {
    name: 'call to a provider that fails',
    takes: 'all',
    breaks: true,
    send: async (visitor, { value }) => {
      for (const what of [{ status: 500 }, { malformed: true }]) {
        await fault(visitor, 'verity', what)
        const path = `/api/verity/contacts?q=${encodeURIComponent(value)}&email=${encodeURIComponent(value)}`
        await visitor.ask(path, [200, 500, 502, 503, 504], { headers: gatewayKey })
        await fault(visitor, 'verity', undefined)
      }
    },
  },
  {
    name: 'notification of Alertmanager',
    takes: 'all',
    send: async (visitor, { value }) => {
      const headers = { authorization: `Bearer ${value}`, 'content-type': 'application/json' }
      const url = `${urlOf(visitor.place, 'api')}/api/webhooks/alertmanager`
      const body = JSON.stringify({ alerts: [{ labels: { alertname: value }, annotations: { summary: value } }] })
      const safe = { ...headers, authorization: `Bearer ${encodeURIComponent(value)}` }
      await visitor.send(url, { method: 'POST', headers: safe, body }, [401])
    },
  },
]
