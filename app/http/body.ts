import { bodyLimit as limitBody } from 'hono/body-limit'
import { createMiddleware } from 'hono/factory'
import { DomainError } from '../errors.ts'
import type { AppEnv } from './env.ts'

/** Bytes of a request's body: the longest contact, four times over. */
export const largestBody = 64 * 1024

/** One message of Alertmanager holds every alert of a group, each with its texts; refused, it is lost. */
const largestNotification = 1024 * 1024
const notifications = '/api/webhooks/alertmanager'

/** 413 above the limit, counted while it arrives where no length was announced. */
export const bodyLimit = () => {
  const limit = (maxSize: number) =>
    limitBody({
      maxSize,
      onError: () => {
        throw new DomainError('payload_too_large', `The body must not be larger than ${maxSize / 1024} KiB.`)
      },
    })
  const [usual, larger] = [limit(largestBody), limit(largestNotification)]
  return createMiddleware<AppEnv>(async function bodyLimit(c, next) {
    return await (c.req.path === notifications ? larger : usual)(c, next)
  })
}

/** What a request says of itself (RFC 9112, 6.3); Node has a stream for the body of a DELETE that has none. */
const hasBody = (headers: Headers): boolean =>
  headers.has('transfer-encoding') || (headers.get('content-length') ?? '0') !== '0'

/** What is passed on elsewhere is judged there. */
const passedOn = /^\/api\/verity\//

/** A body that is no JSON is refused by name, not taken for an empty one. */
export const jsonOnly = () =>
  createMiddleware<AppEnv>(async function jsonOnly(c, next) {
    const type = c.req.header('content-type')
    if (passedOn.test(c.req.path)) return await next()
    if (hasBody(c.req.raw.headers) && !/^application\/([\w.-]+\+)?json\s*(;|$)/i.test(type ?? ''))
      throw new DomainError(
        'malformed_request',
        'The body must be JSON, with the header content-type: application/json.',
      )
    await next()
  })
