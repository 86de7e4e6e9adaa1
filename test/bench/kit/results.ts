import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { availableParallelism, cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { root } from '../../../stack/place.ts'
import type { Row } from './bench.ts'

/** What a bench found, as it is stored. */
export interface Result {
  readonly title: string
  /** When it ended, ISO 8601. */
  readonly at: string
  readonly machine: { readonly cores: number; readonly cpu: string; readonly memoryGb: number; readonly node: string }
  readonly rows: readonly Row[]
  /** As measured, before anything was computed of it. */
  readonly runs: unknown
}

/** Where results are kept: those of full runs are committed, those of short ones are not. */
export const folderOf = (short: boolean): string =>
  short ? join(root, '.data', 'bench') : join(root, 'test', 'bench', 'results')

const machine = (): Result['machine'] => ({
  cores: availableParallelism(),
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  memoryGb: Math.round(totalmem() / 2 ** 30),
  node: process.version,
})

/** Writes `<name>.json`. @returns what was written */
export const writeResult = async (
  name: string,
  found: { readonly title: string; readonly rows: readonly Row[]; readonly runs: unknown },
  short: boolean,
): Promise<Result> => {
  const { title, rows, runs } = found
  const result = { title, at: new Date().toISOString(), machine: machine(), rows, runs }
  await mkdir(folderOf(short), { recursive: true })
  await writeFile(join(folderOf(short), `${name}.json`), `${JSON.stringify(result, undefined, 1)}\n`)
  return result
}

/** The stored results of full runs by name. */
export const readResults = async (folder = folderOf(false)): Promise<Map<string, Result>> => {
  const results = new Map<string, Result>()
  const names = await readdir(folder).catch(() => [])
  for (const file of names.filter((one) => one.endsWith('.json')).sort())
    results.set(file.slice(0, -'.json'.length), JSON.parse(await readFile(join(folder, file), 'utf8')))
  return results
}
