import { urlOf } from '../../../stack/ports.ts'
import { type Canary, canaryNames, isFreeText } from './values.ts'
import type { Visitor } from './visitor.ts'
import { outsideWays } from './ways-outside.ts'

/** A way into the service. */
export interface Way {
  readonly name: string
  /** Where a field of this kind is somebody's own words, nothing but the service's care keeps them out. */
  readonly takes: 'all' | 'what has a shape'
  /** Lets things fail on purpose: not in a stack that others look at. */
  readonly breaks?: true
  send(visitor: Visitor, canary: Canary): Promise<void>
}

export const canariesFor = ({ takes }: Pick<Way, 'takes'>) =>
  canaryNames.filter((name) => takes === 'all' || !isFreeText(name))

const inUrl = encodeURIComponent
/** What a header can hold. */
const inHeader = (value: string) => value.replaceAll('ø', 'o').replaceAll('å', 'a')
const anyAnswer = [200, 201, 202, 204, 302, 400, 401, 403, 404, 405, 409, 413, 415, 422] as const

/** Sends one request with the value in a header, once to a route and once to nothing. */
const header = (name: string, spell: (value: string) => string = inHeader): Way => ({
  name: `header ${name}`,
  takes: 'all',
  send: async (visitor, { value }) => {
    const headers = { [name]: spell(value) }
    await visitor.askAsUser('/api/contacts?limit=1', [200], { headers })
    await visitor.ask('/api/nothing', [404], { headers })
  },
})

/** By requests to the api and to the server for models. */
export const requestWays: readonly Way[] = [
  {
    name: 'URL, path',
    takes: 'all',
    send: async (visitor, { value }) => {
      await visitor.askAsUser(`/api/contacts/${inUrl(value)}`, [422])
      await visitor.askAsUser(`/api/contacts/${encodeURI(value)}`, [404, 422])
      await visitor.ask(`/${inUrl(value)}/of/nobody`, [404])
      await visitor.ask(`/api/admin/events/${inUrl(value)}/replay`, anyAnswer, {
        method: 'POST',
        headers: visitor.operator,
      })
    },
  },
  {
    name: 'URL, query',
    takes: 'all',
    send: async (visitor, { value }) => {
      await visitor.askAsUser(`/api/contacts?q=${inUrl(value)}`, [200])
      await visitor.askAsUser(`/api/contacts?cursor=${inUrl(value)}&limit=${inUrl(value)}`, [422])
      await visitor.ask(`/api/nothing?${inUrl(value)}=${inUrl(value)}`, [404])
    },
  },
  {
    name: 'sign-in',
    takes: 'all',
    send: async (visitor, { value }) => {
      await visitor.ask(`/api/auth/login?login_hint=${inUrl(value)}&return_to=/${inUrl(value)}`, [302, 422])
      await visitor.ask(`/api/auth/callback?code=${inUrl(value)}&state=${inUrl(value)}`, [400, 401, 422])
      const cookie = `crm_sign_in=${inUrl(value)}.x`
      await visitor.ask(`/api/auth/callback?error=${inUrl(value)}`, [400, 401, 422], { headers: { cookie } })
    },
  },
  header('user-agent'),
  header('referer'),
  header('x-correlation-id'),
  header('x-forwarded-for'),
  header('accept-language'),
  header('traceparent'),
  header('baggage', (value) => `owner=${inUrl(value)},note=${inHeader(value)}`),
  {
    name: 'header tracestate',
    takes: 'all',
    send: async (visitor, { value }) => {
      const id = Array.from({ length: 16 }, () =>
        Math.floor(Math.random() * 256)
          .toString(16)
          .padStart(2, '0'),
      ).join('')
      const tracestate = `vendor=${inHeader(value).replaceAll(/[,=]/g, ' ')}`
      const headers = { traceparent: `00-${id}-${id.slice(16)}-01`, tracestate, 'content-type': 'application/json' }
      await visitor.post('/api/leads', { title: 'Window cleaning' }, [201], headers)
    },
  },
  {
    name: 'header authorization',
    takes: 'all',
    send: async (visitor, { value }) => {
      const authorization = /^Bearer /.test(value) ? value : `Bearer ${inHeader(value)}`
      await visitor.ask('/api/admin/events', [401], { headers: { authorization } })
      await visitor.ask('/api/verity/contacts', [401], { headers: { 'x-api-key': inHeader(value) } })
      await visitor.send(`${urlOf(visitor.place, 'mcp')}/mcp`, { method: 'POST', headers: { authorization } }, [401])
    },
  },
  {
    name: 'header cookie',
    takes: 'all',
    send: async (visitor, { value }) => {
      const headers = { cookie: `crm_session=${inUrl(value)}; note=${inUrl(value)}` }
      await visitor.ask('/api/contacts', [401], { headers })
    },
  },
  {
    name: 'JSON body, valid',
    takes: 'all',
    send: async (visitor, { name, value }) => {
      const field = /^e-mail/.test(name) ? { email: value } : /^phone/.test(name) ? { phone: value } : {}
      const id = await visitor.create('/api/contacts', { name: value, company: value, notes: value, ...field })
      const body = JSON.stringify({ notes: `${value}!` })
      const headers = { 'content-type': 'application/json' }
      await visitor.askAsUser(`/api/contacts/${id}`, [200], { method: 'PATCH', headers, body })
      await visitor.askAsUser(`/api/contacts?q=${inUrl(value)}`, [200])
      await visitor.post('/api/crm/events', { type: 'canary_seen', metadata: { note: value } }, anyAnswer)
    },
  },
  {
    name: 'JSON body, invalid',
    takes: 'all',
    send: async (visitor, { value }) => {
      await visitor.post('/api/contacts', { name: '', email: value, phone: `${value} nowhere` }, [422])
      await visitor.post('/api/contacts', { name: 'Anna', [value]: value }, [422])
      await visitor.post('/api/leads', { title: 'x', contactId: value }, [422])
    },
  },
  {
    name: 'JSON body, broken',
    takes: 'all',
    send: async (visitor, { value }) => {
      await visitor.post('/api/contacts', `{"name": ${value}`, [400])
      // A number is JSON as it stands.
      await visitor.post('/api/contacts', value, [400, 422])
      await visitor.post('/graphql', `{"query": "${value}`, [400])
      await visitor.post('/api/contacts', { note: value }, [400], { 'content-type': 'text/plain' })
    },
  },
  {
    name: 'GraphQL document and variables',
    takes: 'all',
    send: async (visitor, { value }) => {
      const text = JSON.stringify(value)
      const ask = (query: string, variables?: object) => visitor.post('/graphql', { query, variables }, [200, 400])
      await ask(`{ contacts(first: 1, search: ${text}) { nodes { id } } }`)
      await ask(`query Canary($first: Int) { contacts(first: $first) { nodes { id } } }`, { first: value })
      await ask(`{ contacts(first: ${text}) { ${value} } }`)
      await ask(`query ${value.replaceAll(/\W/g, '_')} { contacts(first: 1) { nodes { id } } }`)
      await ask(`{ contact(id: ${text}) { id } }`)
    },
  },
  {
    name: 'tRPC input',
    takes: 'all',
    send: async (visitor, { value }) => {
      const input = inUrl(JSON.stringify({ note: value }))
      await visitor.askAsUser(`/trpc/crm.stats.getSystemStatus?input=${input}`, anyAnswer)
      await visitor.askAsUser(`/trpc/crm.stats.getEventMetrics?input=${inUrl(value)}`, anyAnswer)
      await visitor.askAsUser(`/trpc/${inUrl(value)}`, [404])
    },
  },
  {
    name: 'MCP tool call',
    takes: 'all',
    send: async (visitor, { value }) => {
      const headers = {
        ...visitor.operator,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      }
      const call = (name: string, args: object) =>
        visitor.send(
          `${urlOf(visitor.place, 'mcp')}/mcp`,
          {
            method: 'POST',
            headers,
            body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } }),
          },
          [200],
        )
      await call('search_contacts', { workspaceId: visitor.contactId, query: value, limit: 5 })
      await call('search_contacts', { workspaceId: value, [value]: value })
      await call(value, { note: value })
    },
  },
  {
    name: 'WebSocket',
    takes: 'all',
    send: async (visitor, { value }) => {
      const url = `${urlOf(visitor.place, 'api').replace(/^http/, 'ws')}/api/events/ws?note=${inUrl(value)}`
      const options = { headers: { cookie: visitor.cookie } } as unknown as string[]
      const socket = new WebSocket(url, options)
      await new Promise<void>((resolve, reject) => {
        socket.addEventListener('open', () => resolve())
        socket.addEventListener('error', () => reject(new Error('no WebSocket')))
      })
      socket.send(JSON.stringify({ type: value, data: value }))
      socket.send(value)
      socket.close()
    },
  },
  {
    name: 'report of a browser',
    takes: 'all',
    send: async (visitor, { value }) => {
      const report = { page: value, vitals: [{ name: 'LCP', value: 300, rating: 'good' }] }
      await visitor.post('/api/web-vitals', report, [204, 429])
      await visitor.post('/api/web-vitals', { page: '/docs', vitals: [{ name: value, error: value }] }, [422, 429])
    },
  },
]

/** Every way of a run. @param breaking also those that let things fail */
export const waysOf = (breaking: boolean): readonly Way[] =>
  [...requestWays, ...outsideWays].filter(({ breaks }) => breaking || !breaks)
