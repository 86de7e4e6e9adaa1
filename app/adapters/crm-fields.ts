import { z } from 'zod'
import type { ExternalRecord } from './outside.ts'

/** What the clients of CRMs have in common. */

export const crmOperations = {
  ping: 'other',
  list_contacts: 'contact',
  list_deals: 'deal',
  write_contact: 'contact',
  write_deal: 'deal',
} as const

type Field = ExternalRecord['fields'][string] | undefined

/** A text that may be absent, null or empty: all the same to us. */
export const textField = z
  .string()
  .nullish()
  .transform((text) => text || null)

/** Some write numbers as texts. */
export const numberField = z
  .union([z.number(), z.string()])
  .nullish()
  .transform((value) => (value === null || value === undefined || value === '' ? null : Number(value)))
  .refine((value) => value === null || Number.isFinite(value))

/** Without what is not set; null stays, and empties a field. */
export const present = (fields: Readonly<Record<string, Field>>): Record<string, string | number | null> =>
  Object.fromEntries(
    Object.entries(fields).filter((entry): entry is [string, string | number | null] => entry[1] !== undefined),
  )

/** Without what is not set, nor null. */
export const stated = (fields: Readonly<Record<string, Field>>): Record<string, string | number> =>
  Object.fromEntries(
    Object.entries(fields).filter((entry): entry is [string, string | number] => (entry[1] ?? null) !== null),
  )

/** `Anna Maria Holm` → first name `Anna Maria`, last name `Holm`; a single word is a last name. */
export const nameParts = (name: Field): { firstName?: string; lastName?: string } => {
  if (name === undefined || name === null) return {}
  const words = String(name).trim().split(/\s+/)
  return { firstName: words.slice(0, -1).join(' '), lastName: words.at(-1) ?? '' }
}
