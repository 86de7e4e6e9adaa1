import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

/** What a backup folder says of itself, in `manifest.json`. */
const manifestSchema = z.object({
  format: z.literal(1),
  method: z.enum(['pg_dump', 'copy']),
  createdAt: z.iso.datetime(),
  /** The last migration of the database: its tables look like this. */
  migration: z.string(),
  /** In an order in which what is referred to comes first. Empty for pg_dump, whose file knows by itself. */
  tables: z.array(z.object({ name: z.string(), columns: z.array(z.string()), rows: z.int() })),
})

export type Manifest = z.infer<typeof manifestSchema>

export const manifestFile = 'manifest.json'
export const dumpFile = 'database.dump'
export const tableFile = (table: string): string => `${table}.copy.gz`

/** @throws an Error that says what is wrong with the folder */
export const readManifest = async (folder: string): Promise<Manifest> => {
  const text = await readFile(join(folder, manifestFile), 'utf8').catch(() => {
    throw new Error(`${folder} is no backup: it has no ${manifestFile}`)
  })
  const result = manifestSchema.safeParse(JSON.parse(text))
  if (!result.success) throw new Error(`${folder} is no backup of this version: its ${manifestFile} is not as expected`)
  return result.data
}
