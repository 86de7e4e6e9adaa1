import { existsSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * The folder with Grafana's own pages and defaults, which its server must be told: GF_PATHS_HOME, the folder above the
 * binary's (links followed), or where its packages put it. Undefined where none is found, as for a wrapper script that
 * knows its home itself; then `--homepath` is best left out.
 */
export function grafanaHome(binary: string, env: NodeJS.ProcessEnv): string | undefined {
  const candidates = [env.GF_PATHS_HOME, dirname(dirname(realpathSync(binary))), '/usr/share/grafana']
  return candidates.find((folder) => folder && existsSync(join(folder, 'conf', 'defaults.ini')))
}
