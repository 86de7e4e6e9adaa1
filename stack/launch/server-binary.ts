import { execFile } from 'node:child_process'
import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** How long a binary may take to say its version; a cold start from a slow disk takes about a second. */
const versionTimeoutMs = 10_000

/** The first executable called `name` in the folders of `path` (a PATH string), or undefined. */
export async function findOnPath(name: string, path: string): Promise<string | undefined> {
  for (const folder of path.split(delimiter)) {
    if (folder === '') continue
    const file = join(folder, name)
    try {
      await access(file, constants.X_OK)
      if ((await stat(file)).isFile()) return file
    } catch {
      // Not in this folder, or not executable by us: PATH goes on.
    }
  }
  return undefined
}

/**
 * The version (`1.2.3`) a binary reports about itself, or undefined when it reports none (a build without a stamp).
 * Servers print it to stdout or stderr as "name, version 1.2.3" or "name version v1.2.3"; further down Go's own follows.
 * What ends in -pre is a source's default and says nothing about what was built.
 */
export async function versionOf(binary: string, args: readonly string[]): Promise<string | undefined> {
  try {
    const { stdout, stderr } = await run(binary, args, { timeout: versionTimeoutMs })
    return /\bversion v?(\d+\.\d+\.\d+)(?!\d|-pre)/.exec(`${stdout}\n${stderr}`)?.[1]
  } catch {
    return undefined
  }
}

/** Whether `from` ≤ `version` < `below`, comparing `major.minor.patch` as numbers. */
export function fits(version: string, range: { readonly from: string; readonly below: string }): boolean {
  return compare(version, range.from) >= 0 && compare(version, range.below) < 0
}

function compare(a: string, b: string): number {
  const right = b.split('.').map(Number)
  for (const [index, part] of a.split('.').map(Number).entries()) {
    const difference = part - (right[index] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}
