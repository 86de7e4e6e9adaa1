import { parseCLI, startVitest, type TestCase, type TestModule } from 'vitest/node'
import type { Skip, Tally } from './tally.ts'

/**
 * Runs the suites of `vitest.config.ts`, reported for people as they go, and counts them.
 * @param args as on vitest's own command line: file names, `--project`, `-t`
 */
export async function runSuites(args: readonly string[]): Promise<Tally> {
  const { filter, options } = parseCLI(['vitest', 'run', ...args])
  const vitest = await startVitest(filter, { ...options, watch: false, config: 'test/vitest.config.ts' })
  const modules = vitest.state.getTestModules()
  const errors = vitest.state.getUnhandledErrors()
  await vitest.close()
  const tally = count(modules, { onlyNamed: options.testNamePattern !== undefined })
  return {
    ...tally,
    failures: [
      ...tally.failures,
      ...errors.map((error) => `outside of any test: ${error instanceof Error ? error.message : String(error)}`),
      ...(modules.length === 0 ? ['no test was found'] : []),
    ],
  }
}

/** @param onlyNamed tests were chosen by name; the others, which vitest marks as skipped, were not asked for */
function count(modules: readonly TestModule[], { onlyNamed }: { onlyNamed: boolean }): Tally {
  let passed = 0
  const failures = modules.flatMap(broken)
  const skipped: Skip[] = []
  for (const test of modules.flatMap((module) => [...module.children.allTests()])) {
    const result = test.result()
    if (result.state === 'passed') passed += 1
    else if (result.state !== 'skipped') failures.push(nameOf(test))
    else if (result.note) skipped.push({ name: nameOf(test), reason: result.note })
    else if (!onlyNamed && !hasBroken(test)) {
      failures.push(`${nameOf(test)}: skipped without a reason; use context.skip('…')`)
    }
  }
  return { passed, failures, skipped }
}

/** A file that broke before its first test, or a `beforeAll`, has no failed test of its own. */
const broken = (module: TestModule): string[] =>
  [module, ...module.children.allSuites()].flatMap((part) => {
    const name = part.type === 'module' ? part.relativeModuleId : `${module.relativeModuleId} > ${part.fullName}`
    return part.errors().length > 0 ? [name] : []
  })

/** Whether the test was left out because something around it failed, which is counted already. */
function hasBroken(test: TestCase): boolean {
  for (let around = test.parent; ; around = around.parent) {
    if (around.errors().length > 0) return true
    if (around.type === 'module') return false
  }
}

const nameOf = (test: TestCase): string => `${test.module.relativeModuleId} > ${test.fullName}`
