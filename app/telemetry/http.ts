import type { IncomingMessage, ServerResponse } from 'node:http'
import { context } from '@opentelemetry/api'
import { getRPCMetadata } from '@opentelemetry/core'
import type { Context, Hono, MiddlewareHandler } from 'hono'
import { matchedRoutes } from 'hono/route'
import { METHOD_NAME_ALL } from 'hono/router'
import type { RouterRoute } from 'hono/types'
import { findTargetHandler, isMiddleware } from 'hono/utils/handler'
import { errorTypes, httpMethods } from '../../catalogue/metrics/values.ts'
import { reportTrouble } from './diagnostics.ts'
import { type Exchange, exchangeOf } from './incoming.ts'
import { counter, histogram } from './instruments.ts'
import { measuredRequests } from './measured.ts'
import { recordError } from './spans.ts'

type Method = (typeof httpMethods)[number]
export type ErrorType = (typeof errorTypes)[number]

/** What handlers may say about the request for its telemetry. */
export interface HttpTelemetryVariables {
  /** The kind of error answered, where the status alone does not tell (400: malformed or invalid?). */
  errorType: ErrorType
}

/** The label of every path without a route: raw paths would make a series each. */
export const unmatched = 'unmatched'

const requests = counter('http_requests_total')
const durations = histogram('http_request_duration_seconds')
const errors = counter('http_errors_total')

/**
 * Measures every request once, where its route is known. Mount it first.
 *
 * Metrics: `http_requests_total`, `http_request_duration_seconds` (until the last byte was handed to the socket; for event
 * streams until their head), `http_errors_total`. Span: the request's server span gets `http.route`, thereby its name
 * `GET /api/contacts/:id`, and the error of an answer of 500 or more.
 *
 * @param app whose routes are asked, when 405 is answered, for the template that takes other methods
 */
export const httpTelemetry = (app?: Routed): MiddlewareHandler =>
  async function httpTelemetry(c, next) {
    const exchange = exchangeOf((c.env as { incoming?: IncomingMessage } | undefined)?.incoming)
    const startedAt = exchange?.startedAt ?? performance.now()
    exchange?.handle()
    try {
      await next()
    } finally {
      let endpoint = unmatched
      try {
        endpoint = routeTemplate(c, app)
        if (c.error && c.res.status >= 500 && exchange) recordError(exchange.span, c.error)
        if (!exchange) nameForeignSpan(c, endpoint)
        measure(c, endpoint, exchange, startedAt)
      } catch (error) {
        // Telemetry never fails a request.
        reportTrouble('cannot measure a request', error)
      }
      exchange?.handled(endpoint, c.res.status)
    }
  }

/** Where `instrumentation-http` made the span: the server is somebody else's, and only mounts us. */
const nameForeignSpan = (c: Context, endpoint: string): void => {
  const metadata = getRPCMetadata(context.active())
  if (!metadata) return
  metadata.route = endpoint
  if (c.error && c.res.status >= 500) recordError(metadata.span, c.error)
}

const measure = (c: Context, endpoint: string, exchange: Exchange | undefined, startedAt: number): void => {
  const status = exchange?.statusOf(c.res.status) ?? c.res.status
  const method = methodOf(c.req.method)
  const errorType = status >= 400 ? errorTypeOf(c.get('errorType'), status) : undefined
  if (errorType !== undefined) errors.add(1, { method, endpoint, error_type: errorType })
  const userId: string | undefined = c.get('user')?.id
  whenSent(c, exchange, () => {
    const labels = { method, endpoint, status: String(status) }
    const durationMs = performance.now() - startedAt
    requests.add(1, labels)
    durations.record(durationMs / 1_000, labels)
    measuredRequests.tell({ at: Date.now(), endpoint, method, status, durationMs, userId, errorType })
  })
}

const methodOf = (method: string): Method => httpMethods.find((known) => known === method) ?? '_OTHER'

/** The part of Hono's application that finds routes. */
type Routed = Pick<Hono, 'router'>

/** The template of the handler that answers, or would answer another method. */
const routeTemplate = (c: Context, app: Routed | undefined): string => {
  const answering = templateAmong(matchedRoutes(c))
  if (answering !== undefined) return answering
  const allowed = c.res.status === 405 ? c.res.headers.get('allow')?.split(',', 1)[0]?.trim() : undefined
  if (!app || !allowed) return unmatched
  const [handlers] = app.router.match(allowed, c.req.path)
  return templateAmong(handlers.map(([[, route]]) => route)) ?? unmatched
}

/** The template of the route that answers, for who meets an error in it. */
export const routeOf = (c: Context): string => templateAmong(matchedRoutes(c)) ?? unmatched

/** The last match that is not middleware for every method. */
const templateAmong = (routes: readonly RouterRoute[]): string | undefined =>
  routes.findLast(({ method, handler }) => method !== METHOD_NAME_ALL || !isMiddleware(findTargetHandler(handler)))
    ?.path

/** Calls back when the answer has left, or its connection is gone. Without a socket (`app.request()`): at once. */
const whenSent = (c: Context, exchange: Exchange | undefined, done: () => void): void => {
  const outgoing = (c.env as { outgoing?: ServerResponse } | undefined)?.outgoing
  const endless = c.res.headers.get('content-type')?.startsWith('text/event-stream') === true
  if (outgoing === undefined || outgoing.closed || endless) done()
  else if (exchange) exchange.whenClosed(done)
  else outgoing.once('close', done)
}

/** What a status says by itself. Every kind of error in the catalogue's `error_type`. */
const typesByStatus: Readonly<Record<number, ErrorType>> = {
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  405: 'method_not_allowed',
  408: 'timeout',
  409: 'conflict',
  413: 'payload_too_large',
  422: 'validation',
  429: 'rate_limited',
  502: 'dependency_unavailable',
  503: 'dependency_unavailable',
  504: 'timeout',
}

const errorTypeOf = (said: unknown, status: number): ErrorType =>
  errorTypes.find((type) => type === said) ??
  typesByStatus[status] ??
  (status >= 500 ? 'internal' : 'malformed_request')
