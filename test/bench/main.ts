/**
 * `npm run bench`: what being observed costs, and what the telemetry's pipeline holds out. Prints a table of what should be
 * and what was reached; exits with 1 where something measured now was missed. Full runs are kept in test/bench/results/.
 *
 *   npm run bench -- cpu latency      some of them
 *   npm run bench -- --short          for daily work, kept in .data/bench/
 *   npm run bench -- --json           the results as JSON instead of the table
 *   npm run bench -- --polite         leaves other work its share of the machine, for long runs
 *   npm run bench -- --docs           measures nothing, writes the stored figures into docs/cost.md
 */

import { readFile, writeFile } from 'node:fs/promises'
import { setPriority } from 'node:os'
import { join } from 'node:path'
import { root } from '../../stack/place.ts'
import { collector } from './collector.ts'
import { cpu } from './cpu.ts'
import { exemplars } from './exemplars.ts'
import { faultsBench } from './faults.ts'
import type { Bench } from './kit/bench.ts'
import { readCommandLine } from './kit/command-line.ts'
import { endWith } from './kit/end.ts'
import { storedParts, withFigures } from './kit/page.ts'
import { type Result, readResults, writeResult } from './kit/results.ts'
import { screenTable } from './kit/table.ts'
import { latency } from './latency.ts'
import { live } from './live.ts'
import { memory } from './memory.ts'
import { outagesBench } from './outages.ts'
import { throughput } from './throughput.ts'

const benches: readonly Bench[] = [
  throughput,
  cpu,
  latency,
  memory,
  collector,
  outagesBench,
  exemplars,
  faultsBench,
  live,
]

/**
 * Before other work on the machine, where we may: only root may. Linux weighs sessions against each other first, and
 * only within one its processes; those that are started later belong to it too.
 */
const preferOurselves = async (): Promise<void> => {
  try {
    setPriority(-15)
    await writeFile('/proc/self/autogroup', '-15')
  } catch {
    // Then the figures have more noise.
  }
}

const { names, short, json, docs, flags } = readCommandLine(
  process.argv.slice(2),
  benches.map(({ name }) => name),
)
const say = (text: string): void => void process.stderr.write(`${text}\n`)

if (docs) {
  const page = join(root, 'docs', 'cost.md')
  await writeFile(page, withFigures(await readFile(page, 'utf8'), await readResults()))
} else {
  if (!flags.polite) await preferOurselves()
  const done = new Map<string, Result>()
  let failed = false
  for (const bench of benches.filter(({ name, byName }) => (names.length === 0 ? !byName : names.includes(name)))) {
    say(`${bench.name}: ${bench.title}`)
    try {
      const { rows, runs } = await bench.run({ short, flags, say: (text) => say(`  ${text}`) })
      done.set(bench.name, await writeResult(bench.name, { title: bench.title, rows, runs }, short))
    } catch (error) {
      // The others may still tell something.
      failed = true
      say(`${bench.name} could not be measured: ${error instanceof Error ? error.stack : error}`)
    }
  }
  if (json) console.log(JSON.stringify(Object.fromEntries(done), undefined, 2))
  else console.log(screenTable([...done.values(), ...storedParts(await readResults(), new Set(done.keys()))]))
  const reached = [...done.values()].every(({ rows }) => rows.length > 0 && rows.every(({ ok }) => ok))
  endWith(reached && !failed ? 0 : 1)
}
