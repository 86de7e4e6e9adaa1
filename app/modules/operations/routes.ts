import { createRoute, type z } from '@hono/zod-openapi'
import { alertmanager } from '../../adapters/alertmanager.ts'
import { ServerUnavailable } from '../../adapters/telemetry-server.ts'
import type { Deps } from '../../deps.ts'
import { DomainError } from '../../errors.ts'
import { answer, createRoutes, jsonBody, problems } from '../../http/openapi.ts'
import { operatorsOnly } from '../../http/operators.ts'
import { pseudonym } from '../../telemetry/pseudonym.ts'
import { endSilence, readAlerts, silence } from './alerts.ts'
import { readJourneys, readSpans } from './journeys.ts'
import { kept } from './kept.ts'
import { readSeries } from './read-series.ts'
import {
  alertsSchema,
  seriesQuery,
  seriesSchema,
  silenceBody,
  silencedSchema,
  silenceParam,
  slosSchema,
} from './schemas.ts'
import { journeysQuery, journeysSchema, traceParam, traceSchema } from './schemas-traces.ts'
import { readSlos } from './slos.ts'

/** Milliseconds that each server of the telemetry has for an answer. */
const limitMs = 3_000
/** Tempo looks through a day of traces, several times at once. */
const tracesLimitMs = 10_000
/** For how long an answer serves everybody who looks at the same. */
const slosKeptMs = 10_000
const seriesKeptMs = 5_000
const journeysKeptMs = 15_000

/** What is said where a server of the telemetry is away: 503, in its own words. */
const spoken = async <T>(work: Promise<T>): Promise<T> => {
  try {
    return await work
  } catch (error) {
    if (!(error instanceof ServerUnavailable)) throw error
    throw new DomainError('dependency_unavailable', `${error.message}. Please try again.`, {
      headers: { 'retry-after': '5' },
      cause: error,
    })
  }
}

/** What the operators' pages show of the telemetry, read from its servers. */
export const operationsRoutes = ({ config }: Pick<Deps, 'config'>) => {
  const shared = { tags: ['Operations'], middleware: operatorsOnly(config.adminSecret) }
  const alerting = alertmanager(config.alertmanagerUrl, limitMs)
  const keptSlos = kept<z.input<typeof slosSchema>>(slosKeptMs)
  const keptJourneys = kept<z.input<typeof journeysSchema>>(journeysKeptMs)
  const keptSeries = kept<z.input<typeof seriesSchema>>(seriesKeptMs)

  const slosRoute = createRoute({
    ...shared,
    method: 'get',
    path: '/api/operations/slos',
    summary: 'Each objective: kept so far, error budget left, burn rate',
    responses: { 200: answer(slosSchema, 'The objectives'), ...problems(401, 403, 503) },
  })
  const seriesRoute = createRoute({
    ...shared,
    method: 'get',
    path: '/api/operations/series',
    summary: 'A figure over the last minutes, to be drawn',
    request: { query: seriesQuery },
    responses: { 200: answer(seriesSchema, 'At most 30 lines of 242 points'), ...problems(401, 403, 422, 503) },
  })
  const alertsRoute = createRoute({
    ...shared,
    method: 'get',
    path: '/api/operations/alerts',
    summary: 'What fires now: active, silenced, or explained by another alert; newest first, at most 500',
    responses: { 200: answer(alertsSchema, 'Alerts, and the silences that hold'), ...problems(401, 403, 503) },
  })
  const silenceRoute = createRoute({
    ...shared,
    method: 'post',
    path: '/api/operations/silences',
    summary: 'Silences an alert (by fingerprint) or several (by matchers)',
    request: { body: jsonBody(silenceBody) },
    responses: { 201: answer(silencedSchema, 'Silenced'), ...problems(400, 401, 403, 404, 422, 503) },
  })
  const unsilenceRoute = createRoute({
    ...shared,
    method: 'delete',
    path: '/api/operations/silences/{id}',
    summary: 'Ends a silence',
    request: { params: silenceParam },
    responses: { 204: { description: 'Ended' }, ...problems(401, 403, 404, 409, 422, 503) },
  })

  const journeysRoute = createRoute({
    ...shared,
    method: 'get',
    path: '/api/operations/journeys',
    summary: 'The last traces of each journey of users, newest first',
    request: { query: journeysQuery },
    responses: { 200: answer(journeysSchema, 'Of the last 24 hours'), ...problems(401, 403, 422, 503) },
  })
  const traceRoute = createRoute({
    ...shared,
    method: 'get',
    path: '/api/operations/traces/{id}',
    summary: 'The spans of a trace, to be drawn',
    request: { params: traceParam },
    responses: { 200: answer(traceSchema, 'The trace'), ...problems(401, 403, 404, 422, 503) },
  })
  const tempo = (): string => {
    if (config.tempoUrl !== undefined) return config.tempoUrl
    throw new DomainError('dependency_unavailable', 'Traces are not kept where this service looks: set TEMPO_URL.')
  }

  return createRoutes()
    .openapi(slosRoute, async (c) =>
      c.json(await spoken(keptSlos('', () => readSlos(config.prometheusUrl, limitMs))), 200),
    )
    .openapi(seriesRoute, async (c) => {
      const asked = c.req.valid('query')
      const find = () => readSeries(config.prometheusUrl, asked, limitMs)
      return c.json(await spoken(keptSeries(`${asked.name} ${asked.minutes}`, find)), 200)
    })
    .openapi(alertsRoute, async (c) => c.json(await spoken(readAlerts(alerting)), 200))
    .openapi(silenceRoute, async (c) => {
      // As telemetry names people: whoever may look up whom it stands for can.
      const user = c.get('user')
      const by = user ? `user ${pseudonym(user.id)}` : 'admin secret'
      const asked = c.req.valid('json')
      const silenced = await spoken(silence(alerting, asked, by))
      const alert = silenced.matchers.find(({ name }) => name === 'alertname')?.value ?? 'several'
      c.set('audit', {
        targetId: alert,
        reason: asked.comment,
        details: { minutes: asked.minutes, silence: silenced.id },
      })
      return c.json(silenced, 201)
    })
    .openapi(journeysRoute, async (c) => {
      const { limit } = c.req.valid('query')
      return c.json(await spoken(keptJourneys(String(limit), () => readJourneys(tempo(), limit, tracesLimitMs))), 200)
    })
    .openapi(traceRoute, async (c) =>
      c.json(await spoken(readSpans(tempo(), c.req.valid('param').id, tracesLimitMs)), 200),
    )
    .openapi(unsilenceRoute, async (c) => {
      await spoken(endSilence(alerting, c.req.valid('param').id))
      return c.body(null, 204)
    })
}
