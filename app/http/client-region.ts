import { getConnInfo } from '@hono/node-server/conninfo'
import type { Context } from 'hono'

/** Loopback and the private ranges (RFC 1918, RFC 4193, RFC 3927): such a client sits beside us, not in a region. */
const beside = /^(::ffff:)?(127\.|10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.)|^(::1$|f[cd]|fe80:)/i

/** What a proxy may say: `DK`, `eu-west-1`. */
const acceptable = /^[A-Za-z0-9][A-Za-z0-9-]{0,31}$/

/**
 * Where a client is, as far as logs may know: what the proxy in front of us says in the header of `CLIENT_REGION_HEADER`;
 * `local` for private addresses, `unknown` for the rest. Never an address.
 */
export const clientRegion = (c: Context, header: string | undefined): string => {
  const said = header === undefined ? undefined : c.req.header(header)
  if (said !== undefined && acceptable.test(said)) return said
  return beside.test(addressOf(c)) ? 'local' : 'unknown'
}

/** Without a socket (tests that call the app directly) there is no address. */
const addressOf = (c: Context): string => {
  try {
    return getConnInfo(c).remote.address ?? ''
  } catch {
    return ''
  }
}
