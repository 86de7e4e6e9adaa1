/** `npm run mutants [-- <parts of files' or alerts' names>]`: the mutation test by hand, with its table. */
import { resolve } from 'node:path'
import { ensureServer } from '../../../stack/launch/server-build.ts'
import { readRuleFiles } from './files.ts'
import { mutationTest } from './run.ts'
import { table } from './table.ts'

const chosen = process.argv.slice(2)
const prometheus = await ensureServer('prometheus')
if (prometheus.state === 'missing') throw new Error(prometheus.reason)
const files = await readRuleFiles(resolve(import.meta.dirname, '../../../alerts/generated'))
const before = performance.now()
const isChosen = (name: string) => chosen.length === 0 || chosen.some((part) => name.includes(part))
const outcomes = await mutationTest(
  prometheus.binaries.promtool,
  files.filter(({ name, rules }) => isChosen(name) || rules.some((rule) => isChosen(rule.name))),
  (subject) =>
    files.some(({ name, rules }) => isChosen(name) && rules.some((rule) => rule.name === subject)) || isChosen(subject),
)
console.log(table(outcomes))
console.log(`${Math.round((performance.now() - before) / 1_000)} s`)
if (outcomes.some(({ survivors }) => survivors.length > 0)) process.exitCode = 1
