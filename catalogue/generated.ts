/** Generated files are committed; a generator writes them, or with `--check` says which of them are stale. */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'

export interface Generated {
  /** Absolute path of the folder whose files with this extension are all generated. */
  readonly folder: string
  readonly extension: string
  /** Text by path within the folder. */
  readonly files: Readonly<Record<string, string>>
  /** What a person runs to write them. */
  readonly command: string
}

/**
 * Writes what changed and removes what is no longer generated; with `check` changes nothing, and prints each difference.
 * Answers the exit code: 1 when a file was stale.
 */
export const writeOrCheck = async (
  { folder, extension, files, command }: Generated,
  { check = process.argv.includes('--check'), print = (text: string) => process.stdout.write(text) } = {},
): Promise<0 | 1> => {
  const existing = await readdir(folder, { recursive: true }).catch(() => [])
  const gone = existing.filter((path) => path.endsWith(extension) && !(path in files)).sort()
  const differences: string[] = []
  for (const [path, text] of Object.entries(files)) {
    const before = await readFile(join(folder, path), 'utf8').catch(() => undefined)
    if (before === text) continue
    differences.push(difference(named(folder, path), before, text))
    if (check) continue
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
  for (const path of gone) {
    differences.push(`${named(folder, path)} is no longer generated\n`)
    if (!check) await rm(join(folder, path))
  }
  if (!check) {
    print(`${named(folder, '')}: ${Object.keys(files).length} files, ${differences.length} changed\n`)
    return 0
  }
  if (differences.length === 0) return 0
  print(`${differences.join('\n')}\nStale: ${command} writes ${differences.length === 1 ? 'it' : 'them'} anew.\n`)
  return 1
}

const named = (folder: string, path: string): string => relative(process.cwd(), join(folder, path))

/** Lines shown of each side; enough to see what it is about. */
const most = 12

/** What lies between the equal beginnings and ends of both texts, as `-` and `+` lines with the line's number. */
export const difference = (name: string, before: string | undefined, after: string): string => {
  if (before === undefined) return `${name} is missing\n`
  const [old, now] = [before.split('\n'), after.split('\n')]
  let start = 0
  while (start < old.length && start < now.length && old[start] === now[start]) start++
  let end = 0
  while (
    end < old.length - start &&
    end < now.length - start &&
    old[old.length - 1 - end] === now[now.length - 1 - end]
  )
    end++
  const part = (lines: string[], sign: string): string[] => {
    const changed = lines.slice(start, lines.length - end)
    const shown = changed.slice(0, most).map((line) => `${sign} ${line}`)
    return changed.length > most ? [...shown, `${sign} … ${changed.length - most} more lines`] : shown
  }
  return [`${name}, line ${start + 1}:`, ...part(old, '-'), ...part(now, '+'), ''].join('\n')
}
