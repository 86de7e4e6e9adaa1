import { getConnInfo } from '@hono/node-server/conninfo'
import type { Context } from 'hono'

/** Families of browsers, and by which word each is known; the first that fits, since each poses as those after it. */
const families = [
  ['Edge', /\bEdg(e|A|iOS)?\//],
  ['Opera', /\bOPR\/|\bOpera\b/],
  ['Firefox', /\b(Firefox|FxiOS)\//],
  ['Chrome', /\b(Chrome|Chromium|CriOS|HeadlessChrome)\//],
  ['Safari', /\bSafari\//],
  ['curl', /^curl\//],
] as const

/** What somebody signs in with, as far as logs may know: the family only. The whole text would tell people apart. */
export const agentFamily = (userAgent: string | undefined): string =>
  families.find(([, sign]) => sign.test((userAgent ?? '').slice(0, 500)))?.[0] ?? 'other'

/**
 * By what a client is known again while it fails to sign in; never logged. Where a proxy stands in front of us
 * (`CLIENT_REGION_HEADER` is set) it is whom that proxy saw, which it writes last; otherwise who is connected.
 */
export const clientKey = (c: Context, isBehindProxy: boolean): string => {
  const seen = isBehindProxy ? c.req.header('x-forwarded-for')?.split(',').at(-1)?.trim() : undefined
  if (seen) return seen.slice(0, 64)
  try {
    return getConnInfo(c).remote.address ?? 'unknown'
  } catch {
    // Without a socket (tests that call the app directly) there is no address.
    return 'unknown'
  }
}
