import type { MiddlewareHandler } from 'hono'
import { secureHeaders } from 'hono/secure-headers'

/** What pages of ours may load: our own files only, and nothing that stands in the page itself. */
const ownFiles = {
  defaultSrc: ["'self'"],
  imgSrc: ["'self'", 'data:'],
  objectSrc: ["'none'"],
  baseUri: ["'none'"],
  formAction: ["'self'"],
  frameAncestors: ["'none'"],
}

const strict = secureHeaders({ contentSecurityPolicy: ownFiles })

/** Swagger UI sets styles in attributes. */
const withStyles = secureHeaders({ contentSecurityPolicy: { ...ownFiles, styleSrc: ["'self'", "'unsafe-inline'"] } })

/** Headers that say to browsers what an answer may do. */
export const security: MiddlewareHandler = async function security(c, next) {
  return await (c.req.path === '/docs' ? withStyles : strict)(c, next)
}
