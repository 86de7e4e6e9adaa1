import { z } from 'zod'
import { logLevels } from './logger.ts'

/** What is logged of an error; scrubbed. */
const error = z.strictObject({ name: z.string(), message: z.string(), stack: z.string().optional() })

/**
 * A line of the service's log: the union of the formats that the merged systems promise. Nothing else stands at the top;
 * what belongs to the message alone is in `metadata`.
 */
export const logLineSchema = z.strictObject({
  /** ISO 8601, UTC, milliseconds. */
  timestamp: z.iso.datetime({ precision: 3 }),
  level: z.enum(logLevels),
  /** `api`, `worker`, `mcp`. */
  service: z.string().min(1),
  /** The part of the service: `http`, `jobs`, `security` … */
  component: z.string().min(1),
  message: z.string(),
  /** `sync.started`, `fetch.failed`, `security.sign_in_failed` … */
  operation: z
    .string()
    .regex(/^[a-z][\w-]*(\.[\w-]+)*$/)
    .optional(),
  /** `requestId`, `entity`, `recordCount`, `duration` … */
  metadata: z.record(z.string(), z.unknown()).optional(),
  correlationId: z.string().optional(),
  userId: z.string().optional(),
  workspaceId: z.string().optional(),
  tenantId: z.string().optional(),
  integrationId: z.string().optional(),
  error: error.optional(),
  trace_id: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .optional(),
  span_id: z
    .string()
    .regex(/^[0-9a-f]{16}$/)
    .optional(),
})

export type LogLine = z.infer<typeof logLineSchema>

/** One line that is not as it should be. */
export interface BadLine {
  readonly line: string
  readonly problem: string
}

/** The lines of a process' output that break the schema. What is no JSON (Node's own warnings) does too. */
export const badLines = (output: string): BadLine[] =>
  output.split('\n').flatMap((line) => {
    if (line.trim() === '') return []
    const problem = problemOf(line)
    return problem === undefined ? [] : [{ line, problem }]
  })

const problemOf = (line: string): string | undefined => {
  let parsed: unknown
  try {
    parsed = JSON.parse(line)
  } catch {
    return 'is no JSON'
  }
  const { success, error: wrong } = logLineSchema.safeParse(parsed)
  return success ? undefined : z.prettifyError(wrong)
}
