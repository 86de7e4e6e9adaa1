import type { IncomingMessage } from 'node:http'
import type { Attributes } from '@opentelemetry/api'
import { shared } from './otlp-values.ts'
import { remembered } from './remembered.ts'
import { scrubPath, scrubQuery, scrubUserAgent } from './safe-urls.ts'
import { scrubText } from './scrub-text.ts'

/** Methods of RFC 9110 and PATCH; others become `_OTHER`, as the semantic conventions ask. */
const methodsKnown: ReadonlySet<string> = new Set([
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'DELETE',
  'CONNECT',
  'OPTIONS',
  'TRACE',
  'PATCH',
  'QUERY',
])

/** Different texts kept; whoever sends more of them has them read anew. */
const mostKept = 1_000
/** Longer ones are cut: a program's name is short, and nobody reads the rest. */
const longest = 256

const cut = (text: string): string => (text.length <= longest ? text : text.slice(0, longest))

/** `crm.example:8080` → its parts; without a port it is the scheme's own. */
const addressOf = (host: string): Attributes => {
  const [, address, port] = /^(\[[\da-f:.]+\]|[^:\s]+)(?::(\d{1,5}))?$/i.exec(host) ?? []
  if (address === undefined) return {}
  return { 'server.address': scrubText(address), 'server.port': port === undefined ? 80 : Number(port) }
}

/** By host and program, which hold no line break: the same few of both send nearly all requests. */
const clients = remembered(mostKept, (text): Attributes => {
  const [host = '', agent = ''] = text.split('\n')
  return shared({ ...addressOf(host), ...(agent !== '' && { 'user_agent.original': scrubUserAgent(agent) }) })
})

/** Where the client believes to have sent its request (what a proxy says it was, else `Host`), and the client's program. */
const clientOf = ({ headers }: IncomingMessage): Attributes => {
  const host = headers['x-forwarded-host'] ?? headers.host
  return clients(`${typeof host === 'string' ? cut(host) : ''}\n${cut(headers['user-agent'] ?? '')}`)
}

/** `GET 200 1.1 http /api/contacts/:id`. Methods and routes are ours; what a client makes up is cut and bounded. */
const exchanges = remembered(mostKept, (text): Attributes => {
  const [method = '', status, version, scheme, ...route] = text.split(' ')
  const isKnown = methodsKnown.has(method)
  return shared({
    'http.request.method': isKnown ? method : '_OTHER',
    ...(!isKnown && { 'http.request.method_original': method }),
    ...(route.length > 0 && { 'http.route': route.join(' ') }),
    'url.scheme': scheme,
    'network.protocol.version': version,
    ...(status !== '' && { 'http.response.status_code': Number(status) }),
  })
})

const queryNames = remembered(mostKept, scrubQuery)
/** Longer queries are other ones each time. */
const longestQuery = 64

/**
 * What is said of a request and its answer, in the semantic conventions' words, scrubbed. All but path and query are sets that
 * requests share.
 * @param route its template; undefined where the application never had it
 * @param status undefined where nothing was answered
 */
export const incomingAttributes = (
  request: IncomingMessage,
  route: string | undefined,
  status: number | undefined,
): readonly Attributes[] => {
  const { method = 'GET', url = '/', httpVersion } = request
  const at = url.indexOf('?')
  const path = at < 0 ? url : url.slice(0, at)
  const query = at < 0 ? undefined : url.slice(at + 1)
  const scheme = 'encrypted' in request.socket ? 'https' : 'http'
  return [
    exchanges(`${method} ${status ?? ''} ${httpVersion} ${scheme}${route === undefined ? '' : ` ${route}`}`),
    clientOf(request),
    {
      // A path that is its route's template holds nothing that somebody wrote.
      'url.path': path === route ? path : scrubPath(path),
      ...(query !== undefined && {
        'url.query': query.length <= longestQuery ? queryNames(query) : scrubQuery(query),
      }),
    },
  ]
}
