import type { z } from 'zod'
import { type JourneyName, journeySteps } from '../../../catalogue/journeys.ts'
import { spans, together } from '../../../catalogue/traceql.ts'
import { readTrace, searchTraces } from '../../adapters/tempo.ts'
import { DomainError } from '../../errors.ts'
import type { journeysSchema, traceSchema } from './schemas-traces.ts'

type Journeys = z.input<typeof journeysSchema>
type Trace = z.input<typeof traceSchema>

/** The span by which a journey's trace is found: nothing else makes it, and it is there also where the journey ends early. */
const knownBy = {
  login: 'token validation',
  'contact-creation': 'POST /api/contacts',
  'email-sync': 'message fetch',
  'lead-workflow': 'POST /api/leads',
} as const satisfies Record<JourneyName, string>

const names = Object.keys(knownBy) as JourneyName[]
/** Seconds: what happened yesterday is looked up elsewhere. */
const window = 24 * 3_600
const mostSpans = 1_000

/** The last traces of each journey, newest first. @throws ServerUnavailable */
export const readJourneys = async (tempoUrl: string, limit: number, limitMs: number): Promise<Journeys> => {
  const journeys = await Promise.all(
    names.map(async (name) => {
      const taken = spans({ name: knownBy[name] })
      const search = (query: typeof taken, most: number) =>
        searchTraces(tempoUrl, { query, limit: most, seconds: window }, limitMs)
      const [found, failed] = await Promise.all([
        search(taken, limit),
        search(together(taken, spans({ status: 'error' })), limit * 2),
      ])
      const ids = new Set(failed.map(({ traceId }) => traceId))
      return {
        name,
        steps: journeySteps[name].map((step) => ({ name: step.name, spans: [...step.spans] })),
        traces: found.map(({ traceId, startedAt, durationMs }) => ({
          traceId,
          startedAt: startedAt.toISOString(),
          durationMs,
          failed: ids.has(traceId),
        })),
      }
    }),
  )
  return { at: new Date().toISOString(), journeys }
}

/** Attributes that say what a span did; what else it carries is in the full trace. */
const shown = [
  'http.response.status_code',
  'db.collection.name',
  'db.system.name',
  'server.address',
  'messaging.destination.name',
  'crm.adapter',
  'crm.entity',
  'crm.records',
  'error.type',
] as const

/** The spans of a trace, to be drawn. @throws ServerUnavailable; DomainError not_found */
export const readSpans = async (tempoUrl: string, traceId: string, limitMs: number): Promise<Trace> => {
  const found = await readTrace(tempoUrl, traceId, limitMs)
  if (found.length === 0)
    throw new DomainError(
      'not_found',
      'This trace is not kept, or not yet: it arrives up to half a minute after its end, and not every trace is kept.',
    )
  return {
    traceId,
    total: found.length,
    spans: found.slice(0, mostSpans).map(({ attributes, startMs, ...span }) => ({
      ...span,
      startedAt: startMs,
      attributes: Object.fromEntries(
        shown.flatMap((key) => {
          // Which of our own addresses was asked says nothing.
          const isNoise = key === 'server.address' && span.kind === 'server'
          const value = attributes[key]
          return value === undefined || isNoise ? [] : [[key, value]]
        }),
      ),
    })),
  }
}
