import { OpenAPIHono, z } from '@hono/zod-openapi'
import packageFile from '../../package.json' with { type: 'json' }
import { type ErrorStatus, type FieldError, invalid } from '../errors.ts'
import type { AppEnv } from './env.ts'

/** The body of every answer with a status of 400 or more (RFC 9457). */
export const problemSchema = z
  .object({
    type: z.string().openapi({ example: 'urn:crm:problem:validation' }),
    title: z.string().openapi({ example: 'Not valid' }),
    status: z.int().openapi({ example: 422 }),
    detail: z.string().openapi({ example: 'Some fields are not valid.' }),
    correlationId: z.string().openapi({ description: 'Quote it when you ask for help.' }),
    errors: z
      .array(z.object({ field: z.string(), message: z.string() }))
      .optional()
      .openapi({ description: 'The fields that are not valid.' }),
  })
  .openapi('Problem')

export type Problem = z.infer<typeof problemSchema>

const descriptions: Partial<Record<ErrorStatus, string>> = {
  400: 'The request cannot be read',
  401: 'Not signed in',
  403: 'Not allowed',
  404: 'No such thing',
  409: 'Not possible in the present state',
  422: 'Fields are not valid; `errors` names them',
  503: 'A dependency is away; try again after `Retry-After` seconds',
}

type Problems<S extends ErrorStatus> = {
  [Status in S]: { description: string; content: { 'application/problem+json': { schema: typeof problemSchema } } }
}

/** The head of `/openapi.json`. */
export const documentInfo = {
  openapi: '3.1.0',
  info: {
    title: 'CRM',
    version: packageFile.version,
    description: 'Sign in at `/api/auth/login`; the session is a cookie. Errors are `application/problem+json`.',
  },
}

/** The `responses` of errors: `problems(401, 404)`. */
export const problems = <S extends ErrorStatus>(...statuses: S[]): Problems<S> =>
  Object.fromEntries(
    statuses.map((status) => [
      status,
      {
        description: descriptions[status] ?? 'Error',
        content: { 'application/problem+json': { schema: problemSchema } },
      },
    ]),
  ) as Problems<S>

/** A JSON body in a route's `responses`. */
export const answer = <S extends z.ZodType>(schema: S, description: string) => ({
  description,
  content: { 'application/json': { schema } },
})

/** A JSON body in a route's `request`. */
export const jsonBody = <S extends z.ZodType>(schema: S) => ({
  required: true,
  content: { 'application/json': { schema } },
})

/** An app whose routes answer 422 with the names of the wrong fields before their handlers run. */
export const createRoutes = (): OpenAPIHono<AppEnv> =>
  new OpenAPIHono<AppEnv>({
    defaultHook: (result) => {
      if (!result.success) throw invalid(result.error.issues.flatMap((issue) => fieldErrorsOf(issue)))
    },
  })

/** `{ path: ['address', 'city'] }` → `address.city`; unknown keys are each a field of their own. */
const fieldErrorsOf = (issue: z.core.$ZodIssue): FieldError[] => {
  const at = issue.path.map(String)
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ field: [...at, key].join('.'), message: 'is not known here' }))
  return [{ field: at.join('.') || 'body', message: issue.message }]
}
