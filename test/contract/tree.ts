import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join, posix, resolve } from 'node:path'
import { promisify } from 'node:util'
import { parseAstAsync } from 'vitest/node'

const root = resolve(import.meta.dirname, '../..')

/** Files that git knows or would take up, as paths from the root. */
export async function files(): Promise<string[]> {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate']
  const { stdout } = await promisify(execFile)('git', args, { cwd: root, maxBuffer: 64 * 1024 * 1024 })
  return stdout.split('\0').filter((file) => file !== '' && existsSync(join(root, file)))
}

/** TypeScript that people write. */
export const sources = async (): Promise<string[]> =>
  (await files()).filter((file) => /\.tsx?$/.test(file) && !file.includes('/generated/'))

export const text = (file: string): Promise<string> => readFile(join(root, file), 'utf8')

/** One import, or export from elsewhere. */
export interface Import {
  /** A path from the root for files of ours; as it is written for packages and what comes with Node. */
  readonly target: string
  readonly isOurs: boolean
  /** Nothing of it is there at run time. */
  readonly isType: boolean
}

/** Every import of a file: static, dynamic, of types, and by `export … from`. Dynamic ones with a computed name are left out. */
export async function importsOf(file: string, source: string): Promise<Import[]> {
  const imports: Import[] = []
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit)
    if (!isNode(value)) return
    const written = /^(Import|Export(All|Named)Declaration|TSImportType)/.test(value.type)
      ? value.source?.value
      : undefined
    if (typeof written === 'string') {
      const isOurs = written.startsWith('.')
      const isType = value.type === 'TSImportType' || value.importKind === 'type' || value.exportKind === 'type'
      imports.push({ target: isOurs ? posix.join(posix.dirname(file), written) : written, isOurs, isType })
    }
    Object.values(value).forEach(visit)
  }
  visit((await parseAstAsync(source, { lang: file.endsWith('x') ? 'tsx' : 'ts' })).body)
  return imports
}

interface Node {
  readonly type: string
  readonly source?: { readonly value?: unknown } | null
  readonly importKind?: string
  readonly exportKind?: string
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value
