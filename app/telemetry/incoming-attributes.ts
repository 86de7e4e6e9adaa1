import type { IncomingHttpHeaders } from 'node:http'
import { remembered } from './remembered.ts'
import { scrubUserAgent } from './safe-urls.ts'
import { scrubText } from './scrub-text.ts'

/** Methods of RFC 9110 and PATCH; others become `_OTHER`, as the semantic conventions ask. */
export const methodsKnown: ReadonlySet<string> = new Set([
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

/** What is made of the beginning of a text: the same few hosts and programs send nearly all requests. */
const kept = <T>(make: (text: string) => T): ((text: string) => T) => {
  const known = remembered(mostKept, make)
  return (text) => known(text.length <= longest ? text : text.slice(0, longest))
}

export interface ServerAddress {
  readonly address: string | undefined
  readonly port: number | undefined
}

const nowhere: ServerAddress = { address: undefined, port: undefined }

/** `crm.example:8080` → its parts; without a port it is the scheme's own. */
const addressOfHost = kept((host: string): ServerAddress => {
  const [, address, port] = /^(\[[\da-f:.]+\]|[^:\s]+)(?::(\d{1,5}))?$/i.exec(host) ?? []
  if (address === undefined) return nowhere
  return { address: scrubText(address), port: port === undefined ? 80 : Number(port) }
})

/** Where the client believes to have sent its request: what a proxy says it was, else `Host`. */
export const addressOf = (headers: IncomingHttpHeaders): ServerAddress => {
  const host = headers['x-forwarded-host'] ?? headers.host
  return typeof host === 'string' ? addressOfHost(host) : nowhere
}

const clean = kept(scrubUserAgent)

/** The client's program. */
export const agentOf = (headers: IncomingHttpHeaders): string | undefined => {
  const agent = headers['user-agent']
  return agent === undefined ? undefined : clean(agent)
}
