import { z } from '@hono/zod-openapi'
import { id, requiredText, timestamp } from '../../http/fields.ts'
import { seriesNames, units } from './series.ts'

const shareOf = z.number().nullable()

export const slosSchema = z
  .object({
    at: timestamp,
    slos: z.array(
      z.object({
        id: z.string().openapi({ example: 'api-availability' }),
        title: z.string(),
        description: z.string(),
        target: z.number().openapi({ description: 'Share of good events that is promised, 0 to 1' }),
        window: z.string().openapi({ example: '30d' }),
        objectiveSeconds: z
          .number()
          .nullable()
          .openapi({ description: 'Within which an event is good; null where time is not what is promised' }),
        compliance: shareOf.openapi({ description: 'Share of good events over the window; null without events' }),
        budgetLeft: shareOf.openapi({
          description: 'Share of the error budget that is left; below 0 the objective is missed',
        }),
        burnRate1h: z
          .number()
          .nullable()
          .openapi({ description: 'How many times faster than allowed the budget went in the last hour' }),
        eventsPerSecond: z.number().openapi({ description: 'Over the last hour' }),
        state: z.enum(['ok', 'burning', 'exhausted', 'no_data']),
      }),
    ),
  })
  .openapi('Slos')

/** Prometheus keeps 35 days. */
export const seriesQuery = z.object({
  name: z.enum(seriesNames),
  minutes: z.coerce
    .number()
    .int()
    .min(5)
    .max(35 * 24 * 60)
    .default(60),
})

export const seriesSchema = z
  .object({
    name: z.enum(seriesNames),
    unit: z.enum(units).openapi({ description: '`percent` is 0 to 100' }),
    stepSeconds: z.number(),
    times: z.array(z.number()).openapi({ description: 'Seconds since 1970' }),
    lines: z.array(
      z.object({
        label: z.string(),
        values: z
          .array(z.number().nullable())
          .openapi({ description: 'One for each time; null where nothing is known' }),
      }),
    ),
  })
  .openapi('Series')

const matcherSchema = z.object({ name: z.string(), value: z.string(), isRegex: z.boolean(), isEqual: z.boolean() })

const matcherBody = z.strictObject({
  name: requiredText(200),
  value: z.string().max(1_000),
  isRegex: z.boolean().default(false),
  isEqual: z.boolean().default(true),
})

export const alertsSchema = z
  .object({
    at: timestamp,
    total: z.int(),
    alerts: z.array(
      z.object({
        fingerprint: z.string(),
        name: z.string(),
        severity: z.string().openapi({ example: 'critical' }),
        priority: z.string().nullable().openapi({ example: 'P1' }),
        state: z
          .enum(['active', 'silenced', 'inhibited'])
          .openapi({ description: '`inhibited`: another alert explains it' }),
        summary: z.string(),
        description: z.string(),
        firstStep: z.string().nullable(),
        since: timestamp,
        runbook: z.string().nullable(),
        dashboard: z.string().nullable(),
        silences: z.array(z.string()).openapi({ description: 'Ids of the silences that hold it back' }),
        labels: z.record(z.string(), z.string()),
      }),
    ),
    silences: z.array(
      z.object({
        id: z.string(),
        state: z.enum(['active', 'pending']),
        matchers: z.array(matcherSchema),
        startsAt: timestamp,
        endsAt: timestamp,
        createdBy: z.string(),
        comment: z.string(),
      }),
    ),
  })
  .openapi('FiringAlerts')

/** An hour unless it is said; a day at most: what must be silent for longer must be mended. */
export const silenceBody = z
  .strictObject({
    fingerprint: z
      .string()
      .regex(/^[0-9a-f]{16}$/, { error: 'must be the fingerprint of an alert that fires' })
      .optional(),
    matchers: z.array(matcherBody).min(1).max(20).optional(),
    minutes: z.int().min(1).max(1_440).default(60),
    comment: requiredText(200).openapi({
      description: 'Why; without personal data, since everybody who is on call reads it',
    }),
  })
  .refine(({ fingerprint, matchers }) => (fingerprint === undefined) !== (matchers === undefined), {
    path: ['fingerprint'],
    error: 'give either a fingerprint or matchers',
  })
  .openapi('Silence')

export const silencedSchema = z
  .object({ id: z.string(), endsAt: timestamp, matchers: z.array(matcherSchema) })
  .openapi('Silenced')

export const silenceParam = z.object({ id: id.openapi({ param: { name: 'id', in: 'path' } }) })
