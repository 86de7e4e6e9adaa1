/** The rules of mixtool and pint that our rules satisfy, one function a rule; each names what breaks it. */

export interface Rule {
  readonly alert?: string
  readonly record?: string
  readonly expr: string
  readonly for?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
}
export interface Group {
  readonly name: string
  readonly interval: string
  readonly rules: readonly Rule[]
}

type Lint = (groups: readonly Group[]) => string[]

const alerts = (groups: readonly Group[]): (Rule & { alert: string })[] =>
  groups.flatMap(({ rules }) => rules.flatMap((rule) => (rule.alert ? [{ ...rule, alert: rule.alert }] : [])))

const broken =
  (of: (rule: Rule & { alert: string }) => boolean): Lint =>
  (groups) =>
    alerts(groups)
      .filter((rule) => !of(rule))
      .map(({ alert }) => alert)

const anyBroken =
  (of: (rule: Rule) => boolean): Lint =>
  (groups) =>
    groups.flatMap(({ rules }) => rules.filter((rule) => !of(rule)).map(({ alert, record }) => alert ?? record ?? ''))

const secondsOf = (duration: string): number => {
  const [, value = '', unit = ''] = /^(\d+)([smhd])$/.exec(duration) ?? []
  return Number(value) * ({ s: 1, m: 60, h: 3600, d: 86_400 }[unit] ?? Number.NaN)
}

/** What reads a recorded series stands in the same group, or in one that is evaluated less often than the other. */
const dependencies: Lint = (groups) =>
  groups.flatMap((group) =>
    group.rules.flatMap(({ alert, record, expr }) =>
      [...expr.matchAll(/(slo:\w+:\w+)(?:\{slo="([\w-]+)"\})?/g)].flatMap(([name, series, slo]) => {
        const makes = (rule: Rule) => rule.record === series && rule.labels?.slo === slo
        const maker = groups.find(({ rules }) => rules.some(makes))
        const fine = maker && (maker === group || secondsOf(maker.interval) < secondsOf(group.interval))
        return fine ? [] : [`${alert ?? record} reads ${name}`]
      }),
    ),
  )

export const lints = {
  'mixtool: at most 20 rules a group': (groups) =>
    groups.filter(({ rules }) => rules.length > 20).map(({ name }) => name),
  'mixtool: group names of at most 40 letters': (groups) =>
    groups.map(({ name }) => name).filter((name) => name.length > 40),
  'mixtool: alert names in CamelCase, at most 40 letters': broken(({ alert }) =>
    /^[A-Z][a-zA-Z0-9]{0,39}$/.test(alert),
  ),
  'mixtool: severity critical, warning or info': broken(({ labels }) =>
    ['critical', 'warning', 'info'].includes(labels?.severity ?? ''),
  ),
  'mixtool: the summary is one sentence without templates': broken(({ annotations }) =>
    /^[A-Z][^{}]*[^.]\.$/.test(annotations?.summary ?? ''),
  ),
  'mixtool: the description is templated': broken(({ annotations }) =>
    /\{\{.*\}\}/.test(annotations?.description ?? ''),
  ),
  'pint: an alert compares': broken(({ expr }) => /==|[<>]/.test(expr)),
  'pint: `for` is at least two scrapes': broken((rule) => rule.for === undefined || secondsOf(rule.for) >= 10),
  'pint: rate first, then sum': anyBroken(({ expr }) => !/rate\(\s*(sum|max|min|avg)/.test(expr)),
  'pint: no regular expression for plain text': anyBroken(({ expr }) =>
    [...expr.matchAll(/[=!]~"([^"]*)"/g)].every(([, pattern = '']) => /[.*+?|()[\]]/.test(pattern)),
  ),
  'pint: what is divided by is a number, or above 0, or a size that never is 0': anyBroken(({ expr }) =>
    [...expr.matchAll(/\/ (\S+)/g)].every(
      ([, by = '']) => /^\d/.test(by) || by.startsWith('(') || /_size_bytes\{/.test(by),
    ),
  ),
  'pint: measured values are written for people': broken(
    ({ annotations }) => !/\{\{ *\$value *\}\}/.test(annotations?.description ?? ''),
  ),
  'pint: rules that depend on each other stand together': dependencies,
  'pint: nothing looks back further than 35 days': anyBroken(({ expr }) =>
    [...expr.matchAll(/\[(\w+)\]/g)].every(([, range = '']) => secondsOf(range) <= 35 * 86_400),
  ),
} as const satisfies Record<string, Lint>

export type LintName = keyof typeof lints
