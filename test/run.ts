/**
 * `npm test`: types, lint, freshness of the generated files, then every vitest project. Ends with one line
 * `N passed, N failed, N skipped`, counted over all of them. Arguments go to vitest: `npm test -- --project unit promql`.
 */
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'

const root = resolve(import.meta.dirname, '..')
const bin = (name: string): string => join(root, 'node_modules', '.bin', name)

/** Checks without a vitest of their own; each counts as one test. */
const checks: readonly { readonly name: string; readonly command: readonly string[] }[] = [
  { name: 'types', command: [bin('tsc'), '--noEmit'] },
  { name: 'lint', command: [bin('biome'), 'check', '.'] },
  { name: 'alerts are fresh', command: [process.execPath, 'alerts/build.ts', '--check'] },
  { name: 'dashboards are fresh', command: [process.execPath, 'dashboards/build.ts', '--check'] },
]

/** In this order: what is quick and says most comes first. */
const projects = ['unit', 'contract', 'integration', 'e2e'] as const

interface Tally {
  passed: number
  failed: number
  skipped: number
}

/** What vitest's JSON reporter writes, as far as it is read here. */
interface Report {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly numPendingTests: number
  readonly numTodoTests: number
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[]
  }[]
}

/** Runs to the end with the terminal's own streams; Ctrl-C reaches the child as well, since it shares our group. */
const run = ([file = '', ...args]: readonly string[]): Promise<number> =>
  new Promise((done) => {
    const child = spawn(file, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] })
    child.once('error', (error) => {
      console.error(`${file}: ${error.message}`)
      done(1)
    })
    child.once('close', (code) => done(code ?? 1))
  })

const runProject = async (project: string, extra: readonly string[], folder: string): Promise<Tally> => {
  const file = join(folder, `${project}.json`)
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
  const vitest = [process.execPath, bin('vitest'), 'run', '--config', 'test/vitest.config.ts', '--project', project]
  const code = await run([...vitest, '--passWithNoTests', ...reporters, ...extra])
  const report = await readFile(file, 'utf8').then(
    (text) => JSON.parse(text) as Report,
    () => undefined,
  )
  // Without a report nothing is known to have passed.
  if (!report) return { passed: 0, failed: code === 0 ? 0 : 1, skipped: 0 }
  // A file that failed before its first test has no failed test of its own.
  const brokenFiles = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.every((one) => one.status !== 'failed'),
  ).length
  const failed = report.numFailedTests + brokenFiles
  return {
    passed: report.numPassedTests,
    // Errors outside of any test leave the counts clean but not the exit code.
    failed: failed === 0 && code !== 0 ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  }
}

const { values, positionals } = parseArgs({
  options: { project: { type: 'string', multiple: true } },
  allowPositionals: true,
})
const narrowed = values.project !== undefined || positionals.length > 0
const folder = await mkdtemp(join(tmpdir(), 'crm-test-'))
const total: Tally = { passed: 0, failed: 0, skipped: 0 }
const failures: string[] = []
const add = (name: string, tally: Tally): void => {
  total.passed += tally.passed
  total.failed += tally.failed
  total.skipped += tally.skipped
  if (tally.failed > 0) failures.push(name)
}

try {
  for (const { name, command } of narrowed ? [] : checks) {
    const startedAt = performance.now()
    const ok = (await run(command)) === 0
    console.log(`${ok ? '✓' : '✗'} ${name} (${((performance.now() - startedAt) / 1000).toFixed(1)} s)`)
    add(name, { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 })
  }
  for (const project of values.project ?? projects) add(project, await runProject(project, positionals, folder))
} finally {
  await rm(folder, { recursive: true, force: true })
}

if (failures.length > 0) console.log(`failed: ${failures.join(', ')}`)
console.log(`${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`)
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0
