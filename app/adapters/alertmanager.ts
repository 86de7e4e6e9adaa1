import { z } from 'zod'
import { askServer, bodyOf } from './telemetry-server.ts'

/** Alertmanager's API, version 2, as far as operators need it. Everything throws ServerUnavailable. */

const name = 'Alertmanager'
const texts = z.record(z.string(), z.string())

const alertsSchema = z.array(
  z.object({
    fingerprint: z.string(),
    labels: texts,
    annotations: texts,
    startsAt: z.string(),
    status: z.object({
      state: z.enum(['active', 'suppressed', 'unprocessed']),
      silencedBy: z.array(z.string()),
      inhibitedBy: z.array(z.string()),
    }),
  }),
)

const matcherSchema = z.object({
  name: z.string(),
  value: z.string(),
  isRegex: z.boolean(),
  isEqual: z.boolean().default(true),
})

const silencesSchema = z.array(
  z.object({
    id: z.string(),
    matchers: z.array(matcherSchema),
    startsAt: z.string(),
    endsAt: z.string(),
    createdBy: z.string(),
    comment: z.string(),
    status: z.object({ state: z.enum(['expired', 'active', 'pending']) }),
  }),
)

export type ActiveAlert = z.output<typeof alertsSchema>[number]
export type Matcher = z.output<typeof matcherSchema>
export type Silence = z.output<typeof silencesSchema>[number]

export const alertmanager = (baseUrl: string, limitMs: number) => {
  const ask = (path: string, init: Pick<RequestInit, 'method' | 'body' | 'headers'> = {}) =>
    askServer(name, { url: `${baseUrl}/api/v2${path}`, limitMs, ...init })
  return {
    /** Whatever fires: also what is silenced, and what another alert explains. */
    alerts: async (): Promise<ActiveAlert[]> => await bodyOf(name, await ask('/alerts'), alertsSchema),
    silences: async (): Promise<Silence[]> => await bodyOf(name, await ask('/silences'), silencesSchema),
    /** @returns its id */
    silence: async (silence: Omit<Silence, 'id' | 'status'>): Promise<string> => {
      const headers = { 'content-type': 'application/json' }
      const answer = await ask('/silences', { method: 'POST', headers, body: JSON.stringify(silence) })
      return (await bodyOf(name, answer, z.object({ silenceID: z.string() }))).silenceID
    },
    /** Ends it now. */
    expire: async (id: string): Promise<void> => {
      const answer = await ask(`/silence/${encodeURIComponent(id)}`, { method: 'DELETE' })
      if (!answer.ok) await bodyOf(name, answer, z.unknown())
    },
  }
}
