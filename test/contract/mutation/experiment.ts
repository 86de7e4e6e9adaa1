/** One file of rules in which mutants of one rule stand side by side, each under a name of its own, and one case that asks for all of them. */
import type { NamedRule, RuleFileWithCases, Story } from './files.ts'
import type { MutableRule } from './mutants.ts'

export interface Mutant {
  /** Its own among all that run at one time. */
  readonly id: number
  readonly subject: string
  readonly what: string
  readonly rule: MutableRule
}

const mark = (id: number): string => `__m${id}__`
/** The mutants that promtool's output names. */
export const markedIn = (output: string): Set<number> =>
  new Set([...output.matchAll(/__m(\d+)__/g)].map(([, id]) => Number(id)))

const word = /[a-zA-Z_:][\w:]*/g
const words = (expr: string): Set<string> => new Set(expr.match(word) ?? [])

/** What a rule reads, and what that reads. */
const upstream = (names: Iterable<string>, rules: readonly NamedRule[]): Set<string> => {
  const found = new Set<string>()
  const visit = (name: string) => {
    if (found.has(name)) return
    const makers = rules.filter((rule) => rule.name === name)
    if (makers.length === 0) return
    found.add(name)
    for (const { expr } of makers) for (const read of words(expr)) visit(read)
  }
  for (const name of names) visit(name)
  return found
}

/** What changes when a rule does: itself, what reads it, and what reads that. */
export const downstream = (name: string, rules: readonly NamedRule[]): Set<string> =>
  new Set(rules.filter((rule) => upstream([rule.name], rules).has(name)).map((rule) => rule.name))

/** The rules that a case asks for. */
const asked = ({ alert_rule_test = [], promql_expr_test = [] }: Story): Set<string> =>
  new Set([
    ...alert_rule_test.map(({ alertname }) => alertname),
    ...promql_expr_test.flatMap(({ expr }) => [...words(expr)]),
  ])

/** The rules that make something in a case: a recorded series that the case itself gives comes from no rule. */
const working = ({ input_series }: Story, rules: readonly NamedRule[]): readonly NamedRule[] => {
  const given = new Set(input_series.map(({ series }) => /^[\w:]+/.exec(series)?.[0]))
  return rules.filter(({ record }) => !given.has(record))
}

/** Whether a case asks for the rule, or for anything that it changes. */
export const concerns = (story: Story, subject: string, rules: readonly NamedRule[]): boolean => {
  const changed = downstream(subject, working(story, rules))
  return [...asked(story)].some((name) => changed.has(name))
}

const renamed = (expr: string, names: ReadonlySet<string>, id: number): string =>
  expr.replaceAll(word, (name) => (names.has(name) ? name + mark(id) : name))

const withMark = (rule: NamedRule, { id, subject, rule: mutated }: Mutant, changed: ReadonlySet<string>) => {
  const { alert, record, ...rest } = rule.name === subject ? mutated : plain(rule)
  return {
    ...(alert && { alert: alert + mark(id) }),
    ...(record && { record: record + mark(id) }),
    ...rest,
    expr: renamed(rest.expr, changed, id),
  }
}

const plain = ({ name: _, group: __, ...rule }: NamedRule): MutableRule => rule

/** The rules and the case as promtool reads them. All mutants are of one rule. */
export const experiment = (
  { groups, rules: all }: RuleFileWithCases,
  story: Story,
  mutants: readonly Mutant[],
  rulesPath: string,
): { readonly rules: unknown; readonly test: unknown } => {
  const rules = working(story, all)
  const subject = mutants[0]?.subject ?? ''
  const changed = downstream(subject, rules)
  const targets = [...asked(story)].filter((name) => changed.has(name))
  const needed = upstream(targets, rules)
  // A mutant may read what its original does not: another window.
  for (const { rule } of mutants) for (const name of upstream(words(rule.expr), rules)) needed.add(name)
  const rulesOf = (group: string) =>
    rules
      .filter((rule) => rule.group === group && needed.has(rule.name))
      .flatMap((rule) =>
        changed.has(rule.name) ? mutants.map((mutant) => withMark(rule, mutant, changed)) : [plain(rule)],
      )
  const { settings, length: _, alert_rule_test = [], promql_expr_test = [], ...shared } = story
  const isTarget = (name: string) => targets.includes(name)
  return {
    rules: { groups: groups.map((group) => ({ ...group, rules: rulesOf(group.name) })) },
    test: {
      rule_files: [rulesPath],
      ...settings,
      tests: [
        {
          ...shared,
          alert_rule_test: alert_rule_test
            .filter(({ alertname }) => isTarget(alertname))
            .flatMap((one) => mutants.map(({ id }) => ({ ...one, alertname: one.alertname + mark(id) }))),
          promql_expr_test: promql_expr_test
            .filter(({ expr }) => [...words(expr)].some(isTarget))
            .flatMap((one) =>
              mutants.map(({ id }) => ({
                ...one,
                expr: renamed(one.expr, changed, id),
                exp_samples: one.exp_samples.map(({ labels, value }) => ({
                  labels: renamed(labels, changed, id),
                  value,
                })),
              })),
            ),
        },
      ],
    },
  }
}
