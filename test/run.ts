/**
 * `npm test`: what can be checked without running anything, then every suite. Ends with one line, `N passed, N failed`,
 * and exit code 1 if any failed. `npm test -- --project unit contacts` narrows it as vitest's command line does, and
 * leaves out the static checks.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { staticChecks } from './static-checks.ts'
import { runSuites } from './suites.ts'
import { closing, sum, type Tally } from './tally.ts'

process.chdir(resolve(import.meta.dirname, '..'))
const narrowed = process.argv.slice(2)

const tallies: Tally[] = []
if (narrowed.length === 0) tallies.push(await staticChecks())
// Servers and the page are built before the tests, whose time limits are meant for tests. What cannot be had is told by those that miss it.
if (!narrowed.includes('unit')) {
  for (const script of ['stack/launch/server-build.ts', 'app/web/build.ts'])
    await once(spawn(process.execPath, [script], { stdio: ['ignore', 'inherit', 'inherit'] }), 'close')
}
tallies.push(await runSuites(narrowed))

const total = sum(tallies)
console.log(closing(total))
// Something that was left open must not keep the result from its reader.
process.exit(total.failures.length > 0 ? 1 : 0)
