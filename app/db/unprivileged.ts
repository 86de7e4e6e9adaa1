import { execFileSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'

/** The user, and the group, without rights that every Linux has. */
const nobody = 65_534

/** To enter and write every folder, as root may. */
const rights = '+dac_override,+dac_read_search'

/**
 * PostgreSQL refuses to run as root, and any other user cannot enter a private checkout (`/root/…`, `mktemp -d`). So under
 * root this process begins again as another user who keeps only the right to enter and write every folder (Linux
 * capabilities, by `setpriv`). Where that is not possible it goes on; the package then switches users by itself, which works
 * in checkouts that everybody may enter.
 */
export const leaveRoot = (dataDir: string): void => {
  if (process.getuid?.() !== 0 || process.execve === undefined) return
  const user = ownerOf(resolve(dataDir)) ?? postgresUser() ?? nobody
  const setpriv = onPath('setpriv')
  if (setpriv === undefined || run(setpriv, [...asUser(user), 'true']) === undefined) return
  const self = [process.execPath, ...process.execArgv, ...process.argv.slice(1)]
  process.execve(setpriv, ['setpriv', ...asUser(user), ...self], process.env)
}

const asUser = (user: number): string[] => [
  `--reuid=${user}`,
  `--regid=${nobody}`,
  '--clear-groups',
  // PostgreSQL asks `access()` whether it may run its own programs; without this the answer ignores the rights.
  '--securebits=+no_setuid_fixup',
  `--inh-caps=${rights}`,
  `--ambient-caps=${rights}`,
  '--',
]

/** PostgreSQL insists on owning its data: what one user made, only that one can use. */
const ownerOf = (folder: string): number | undefined => {
  const owner = existsSync(folder) ? statSync(folder).uid : 0
  return owner === 0 ? undefined : owner
}

const postgresUser = (): number | undefined => {
  const answered = run('id', ['-u', 'postgres'])
  return answered === undefined ? undefined : Number(answered)
}

/** What a program prints; undefined when it fails. */
const run = (program: string, args: readonly string[]): string | undefined => {
  try {
    return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  } catch {
    return undefined
  }
}

const onPath = (program: string): string | undefined =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, program))
    .find((file) => existsSync(file))
