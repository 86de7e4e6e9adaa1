import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Tally } from './tally.ts'

/** Each is one check; all run in the checkout, on this Node. */
const checks: readonly { readonly name: string; readonly args: readonly string[] }[] = [
  { name: 'types', args: ['node_modules/typescript/bin/tsc', '--noEmit'] },
  { name: 'lint', args: ['node_modules/@biomejs/biome/bin/biome', 'check', '.'] },
  { name: 'rules, rule tests, routes and runbooks are fresh', args: ['alerts/build.ts', '--check'] },
  { name: 'dashboards are fresh', args: ['dashboards/build.ts', '--check'] },
  { name: 'the list of metrics is fresh', args: ['stack/docs/build.ts', '--check'] },
]

/** Runs every check, also after one failed; a failed one shows its output. */
export async function staticChecks(): Promise<Tally> {
  const failures: string[] = []
  for (const { name, args } of checks) {
    const started = performance.now()
    const { code, output } = await run(args)
    const seconds = ((performance.now() - started) / 1_000).toFixed(1)
    console.log(`${code === 0 ? '✓' : '✗'} ${name} (${seconds} s)`)
    if (code !== 0) {
      failures.push(name)
      console.log(output)
    }
  }
  return { passed: checks.length - failures.length, failures, skipped: [] }
}

async function run(args: readonly string[]): Promise<{ code: number; output: string }> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const chunks: string[] = []
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => chunks.push(text))
  const [code] = await once(child, 'close')
  return { code: code ?? 1, output: chunks.join('') }
}
