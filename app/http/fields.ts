import { z } from '@hono/zod-openapi'

/** Text as people type it, up to `longest` characters. It is stored and returned as it is: SQL and scripts are plain text here. */
export const text = (longest: number) =>
  z
    .string()
    .trim()
    .max(longest)
    // PostgreSQL cannot store it.
    .refine((value) => !value.includes('\u0000'), { error: 'must not contain the character NUL' })

export const requiredText = (longest: number) => text(longest).min(1)

export const id = z.uuid()

/** The parameter of `/{id}`. */
export const idParam = z.object({ id: id.openapi({ param: { name: 'id', in: 'path' } }) })

export const timestamp = z.iso.datetime().openapi({ example: '2026-11-21T11:00:00.000Z' })

/** ISO 4217. */
export const currency = z
  .string()
  .regex(/^[A-Z]{3}$/, { error: 'must be an ISO 4217 code, such as DKK' })
  .openapi({ example: 'DKK' })
