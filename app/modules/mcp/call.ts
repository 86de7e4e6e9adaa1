import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js'
import type { z } from 'zod'
import { type DomainError, domainErrorOf, invalid, notFound, statuses } from '../../errors.ts'
import { counter, histogram } from '../../telemetry/instruments.ts'
import { logger, requestContext } from '../../telemetry/logger.ts'
import { errorSeen } from '../../telemetry/seen-errors.ts'
import { span } from '../../telemetry/spans.ts'
import type { Tool } from './tools.ts'

const calls = counter('mcp_tool_calls_total')
const durations = histogram('mcp_tool_call_duration_seconds')

/** The label of tools that do not exist: their names are whatever a client makes up. */
const unknownTool = 'unknown'

/** Makes each tool's counters begin at 0, so that the first failure is a rise. */
export const startToolCounters = (tools: readonly Tool[]): void => {
  for (const { name } of tools) for (const status of ['success', 'error'] as const) calls.add(0, { tool: name, status })
}

/**
 * Calls a tool: one span `tool <name>`, one count, one duration. What fails becomes a result with `isError`, as the protocol
 * wants it, since the model may then try otherwise; never an exception.
 */
export const callTool = async (
  tools: readonly Tool[],
  name: string,
  given: Readonly<Record<string, unknown>> | undefined,
): Promise<CallToolResult> => {
  const tool = tools.find((one) => one.name === name)
  const label = tool?.name ?? unknownTool
  const startedAt = performance.now()
  const result = await span(`tool ${label}`, { 'mcp.method.name': 'tools/call', 'gen_ai.tool.name': label }, () =>
    run(tool, given),
  ).then(shown, (thrown: unknown) => failed(thrown, label))
  const labels = { tool: label, status: result.isError ? 'error' : 'success' } as const
  calls.add(1, labels)
  durations.record((performance.now() - startedAt) / 1_000, labels)
  logger('mcp').info({ operation: 'tool.called', ...labels }, 'tool called')
  return result
}

const run = async (
  tool: Tool | undefined,
  given: Readonly<Record<string, unknown>> = {},
): Promise<Readonly<Record<string, unknown>>> => {
  if (!tool) throw notFound('tool')
  const input = tool.input.safeParse(given)
  if (!input.success) throw invalid(input.error.issues.map(fieldOf))
  return await tool.run(input.data as never)
}

const fieldOf = ({ path, message, ...issue }: z.core.$ZodIssue) => ({
  field: path.join('.') || ('keys' in issue ? (issue.keys as string[]).join(', ') : 'arguments'),
  message,
})

/** Text for clients that know nothing else, and the same as data. */
const shown = (result: Readonly<Record<string, unknown>>): CallToolResult => {
  const text = JSON.stringify(result)
  // As clients will read it: dates are text.
  return { content: [{ type: 'text', text }], structuredContent: JSON.parse(text) }
}

const failed = (thrown: unknown, tool: string): CallToolResult => {
  const error = domainErrorOf(thrown)
  const cause = error.cause ?? error
  if (statuses[error.type] >= 500) errorSeen(cause, { component: 'mcp', route: `tool ${tool}` })
  if (error.type === 'internal') logger('mcp').error({ error: cause }, 'tool failed')
  else if (statuses[error.type] >= 500)
    logger('mcp').warn(
      { errorType: error.type, reason: cause instanceof Error ? cause.message : undefined },
      'tool failed',
    )
  return { isError: true, content: [{ type: 'text', text: sentenceOf(error) }] }
}

/** What the caller is told: never the cause, but the id under which our log has it. */
const sentenceOf = ({ type, message, fields }: DomainError): string => {
  const wrong = fields.map((field) => `${field.field}: ${field.message}`)
  const correlationId = requestContext()?.correlationId
  const help = statuses[type] >= 500 && correlationId ? [`Correlation id: ${correlationId}.`] : []
  return [message, ...wrong, ...help].join('\n')
}
