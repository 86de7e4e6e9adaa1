import { z } from '@hono/zod-openapi'
import { queueNames } from '../../../catalogue/metrics/values.ts'
import { timestamp } from '../../http/fields.ts'
import { pagingQuery } from '../../http/paging.ts'
import { delayReasons, jobStates, type ListedJob } from '../../jobs/list.ts'

const queueName = z.enum(queueNames)
const provider = z.string().nullable().openapi({ description: 'Whom it waits for, or who failed', example: 'gmail' })
const reason = z.enum(delayReasons).openapi({
  description: '`rate_limit`: the provider asked to wait; `retry`: after a failure; `planned`: meant for later',
})

export const queuesSchema = z
  .object({
    queues: z.array(
      z
        .object({
          queueName,
          waiting: z.int().openapi({ description: 'Due now, and not yet taken by a worker' }),
          delayed: z.int().openapi({ description: 'Not due yet; `waits` says why and until when' }),
          active: z.int(),
          completed: z.int().openapi({ description: 'In the last quarter of an hour' }),
          failed: z.int(),
          dead: z.int().openapi({ description: 'Given up, and kept to be looked at' }),
          oldestSeconds: z.number().openapi({ description: 'How long the oldest job that is due has waited' }),
          waits: z.array(z.object({ reason, provider, jobs: z.int(), nextAt: timestamp, lastAt: timestamp })),
        })
        .openapi('QueueNow'),
    ),
  })
  .openapi('QueuesNow')

export const jobsQuery = pagingQuery.extend({ queue: queueName.optional(), state: z.enum(jobStates).optional() })

export const jobsSchema = z
  .object({
    jobs: z.array(
      z
        .object({
          id: z.uuid(),
          queueName,
          state: z.enum(jobStates),
          delayReason: reason.nullable(),
          provider,
          attempt: z.int().openapi({ description: 'From 1: the one that is made, or comes next' }),
          mostAttempts: z.int(),
          createdAt: timestamp,
          dueAt: timestamp,
          startedAt: timestamp.nullable(),
          endedAt: timestamp.nullable(),
          errorName: z.string().nullable(),
          errorReason: z.string().nullable().openapi({ description: 'The kind of error of the last failed attempt' }),
          traceId: z.string().nullable(),
          about: z.record(z.string(), z.unknown()).openapi({ description: 'The ids that it is about' }),
        })
        .openapi('Job'),
    ),
    nextCursor: z.string().nullable(),
  })
  .openapi('JobList')

export const shownJob = (job: ListedJob): z.input<typeof jobsSchema>['jobs'][number] => ({
  id: job.id,
  queueName: job.queue_name,
  state: job.state,
  delayReason: job.delay_reason,
  provider: job.provider,
  attempt: Math.min(job.attempt, job.most_attempts),
  mostAttempts: job.most_attempts,
  createdAt: job.created_at.toISOString(),
  dueAt: job.due_at.toISOString(),
  startedAt: job.started_at?.toISOString() ?? null,
  endedAt: job.ended_at?.toISOString() ?? null,
  errorName: job.error_name,
  errorReason: job.error_reason,
  traceId: job.trace_id || null,
  about: { ...job.about },
})
