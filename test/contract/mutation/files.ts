/** The generated rules and their cases, as the mutation test reads them. */
import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { parse } from 'yaml'
import { seconds } from '../../../catalogue/intervals.ts'
import type { MutableRule } from './mutants.ts'

export interface NamedRule extends MutableRule {
  readonly name: string
  readonly group: string
}

export interface AlertCase {
  readonly eval_time: string
  readonly alertname: string
  readonly exp_alerts: unknown
}
export interface ExpressionCase {
  readonly expr: string
  readonly eval_time: string
  readonly exp_samples: readonly { readonly labels: string; readonly value: number }[]
}
export interface Case {
  readonly name: string
  readonly input_series: readonly { readonly series: string; readonly values: string }[]
  readonly alert_rule_test?: readonly AlertCase[]
  readonly promql_expr_test?: readonly ExpressionCase[]
}
/** A case with what its file says for all of them. */
export interface Story extends Case {
  readonly settings: { readonly evaluation_interval: string; readonly group_eval_order?: readonly string[] }
  /** How many evaluations it takes. */
  readonly length: number
}

export interface RuleFileWithCases {
  readonly name: string
  readonly groups: readonly { readonly name: string; readonly interval: string }[]
  readonly rules: readonly NamedRule[]
  readonly stories: readonly Story[]
}

interface TestFile {
  readonly rule_files: readonly string[]
  readonly evaluation_interval: string
  readonly group_eval_order?: readonly string[]
  readonly tests: readonly Case[]
}

const yamls = async <T>(folder: string): Promise<[name: string, content: T][]> => {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.yaml')).sort()
  return Promise.all(
    files.map(async (file) => [
      basename(file, '.yaml'),
      parse(await readFile(join(folder, file), 'utf8'), { maxAliasCount: -1 }) as T,
    ]),
  )
}

const storiesOf = ({ tests, rule_files: _, ...settings }: TestFile): Story[] =>
  tests.map((one) => {
    const times = [...(one.alert_rule_test ?? []), ...(one.promql_expr_test ?? [])].map(({ eval_time }) => eval_time)
    const last = Math.max(0, ...times.map((time) => seconds(time)))
    return { ...one, settings, length: last / seconds(settings.evaluation_interval) }
  })

export const readRuleFiles = async (generated: string): Promise<RuleFileWithCases[]> => {
  const [rules, tests] = await Promise.all([
    yamls<{ groups: { name: string; interval: string; rules: MutableRule[] }[] }>(join(generated, 'rules')),
    yamls<TestFile>(join(generated, 'tests')),
  ])
  return rules.map(([name, { groups }]) => ({
    name,
    groups: groups.map(({ name, interval }) => ({ name, interval })),
    rules: groups.flatMap((group) =>
      group.rules.map((rule) => ({ ...rule, name: rule.alert ?? rule.record ?? '', group: group.name })),
    ),
    stories: tests
      .filter(([, { rule_files }]) => rule_files.some((path) => basename(path, '.yaml') === name))
      .flatMap(([, file]) => storiesOf(file)),
  }))
}
