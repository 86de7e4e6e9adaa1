import { type ExecutionResult, type GraphQLError, getOperationAST } from 'graphql'
import { createGraphQLError, type Plugin } from 'graphql-yoga'
import { type DomainError, domainErrorOf, statuses } from '../../errors.ts'
import { histogram } from '../../telemetry/instruments.ts'
import { logger, requestContext } from '../../telemetry/logger.ts'
import { errorSeen } from '../../telemetry/seen-errors.ts'
import { recordError, span } from '../../telemetry/spans.ts'
import { checkLimits } from './limits.ts'
import type { GraphqlContext } from './schema.ts'

const durations = histogram('graphql_query_duration_seconds')

/** The label of operations without a name, and of what is no operation at all. */
const anonymous = 'anonymous'

/** A name as programmers choose it. Others would only fill the label, or bring in an id or a token. */
const nameOf = (name: string | undefined): string =>
  name !== undefined && /^[A-Za-z]{1,60}\d{0,2}$/.test(name) ? name : anonymous

/** What never became an operation: it cannot be read, or asks for what the schema does not have. */
export const measureRefused = (seconds: number): void =>
  durations.record(seconds, { operation: anonymous, status: 'error' })

/** Each operation within its limits, in one span `graphql <type>`, measured under its name. */
export const executionPlugin: Plugin<GraphqlContext> = {
  onExecute: ({ args, executeFn, setExecuteFn }) => {
    setExecuteFn((given) => {
      const operation = getOperationAST(args.document, args.operationName)
      const type = operation?.operation ?? 'query'
      const name = nameOf(operation?.name?.value)
      const startedAt = performance.now()
      args.contextValue.progress.executed = true
      return span(
        `graphql ${type}`,
        { 'graphql.operation.type': type, 'graphql.operation.name': name },
        async (active) => {
          const result = await executeWithin(executeFn, given, operation)
          const failed = result.errors?.map(causeOf).find(isOurs)
          if (failed !== undefined) recordError(active, failed)
          return result
        },
      ).then((result) => {
        const status = result.errors?.length ? 'error' : 'success'
        durations.record((performance.now() - startedAt) / 1_000, { operation: name, status })
        return result
      })
    })
  },
}

type Execute = Parameters<NonNullable<typeof executionPlugin.onExecute>>[0]['executeFn']

const executeWithin = async (
  execute: Execute,
  args: Parameters<Execute>[0],
  operation: ReturnType<typeof getOperationAST>,
): Promise<ExecutionResult> => {
  try {
    if (operation) checkLimits(args.document, operation, args.variableValues ?? {})
  } catch (error) {
    if (isGraphqlError(error)) return { errors: [error] }
    throw error
  }
  return (await execute(args)) as ExecutionResult
}

/** By its name: where a package is loaded twice, each has a class of its own. */
const isGraphqlError = (thrown: unknown): thrown is GraphQLError =>
  thrown instanceof Error && thrown.name === 'GraphQLError'

/** What a resolver threw, below what GraphQL put around it. */
const causeOf = (error: unknown): unknown =>
  isGraphqlError(error) && error.originalError ? causeOf(error.originalError) : error

const isOurs = (cause: unknown): boolean => !isGraphqlError(cause) && statuses[domainErrorOf(cause).type] >= 500

/**
 * An error as callers see it: GraphQL's own about their document as they are, ours as in problem+json, and of everything
 * else only the id under which our log has it.
 */
export const maskError = (thrown: unknown): Error => {
  const cause = causeOf(thrown)
  if (isGraphqlError(cause)) return cause
  const error = domainErrorOf(cause)
  if (statuses[error.type] >= 500) errorSeen(error.cause ?? error, { component: 'graphql', route: 'POST /graphql' })
  if (error.type === 'internal') logger('graphql').error({ error: error.cause ?? error }, 'operation failed')
  const located = isGraphqlError(thrown) ? { nodes: thrown.nodes ?? null, path: thrown.path ?? null } : {}
  return createGraphQLError(error.message, { ...located, extensions: extensionsOf(error) })
}

/** An answer that is our fault has its status; of a caller's mistake the rest of the answer is still good. */
const extensionsOf = ({ type, fields, headers }: DomainError): Record<string, unknown> => ({
  code: type,
  correlationId: requestContext()?.correlationId,
  ...(fields.length > 0 && { fields }),
  ...(statuses[type] >= 500 && { http: { status: statuses[type], headers } }),
})
