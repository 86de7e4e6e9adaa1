import type { Context, ErrorHandler } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { z } from 'zod'

/** Every error of the sandbox is `{ error, message }`: a code for programs, a sentence for people. */
export const problem = (c: Context, status: ContentfulStatusCode, error: string, message: string): Response =>
  c.json({ error, message }, status)

/** What a request got wrong; thrown from anywhere below a route. */
export class BadRequest extends HTTPException {
  readonly code: string
  constructor(code: string, message: string, status: ContentfulStatusCode = 400) {
    super(status, { message })
    this.code = code
  }
}

export const onError: ErrorHandler = (error, c) => {
  if (error instanceof BadRequest) return problem(c, error.status, error.code, error.message)
  console.error(error)
  return problem(c, 500, 'internal_error', 'The sandbox itself failed; its output says where.')
}

/** The request's JSON, checked against `schema`. @throws BadRequest naming each field that is wrong */
export async function readJson<Schema extends z.ZodType>(c: Context, schema: Schema): Promise<z.output<Schema>> {
  const text = await c.req.text()
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new BadRequest('invalid_json', 'The body must be JSON.')
  }
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw new BadRequest('invalid_body', z.prettifyError(result.error), 422)
}
