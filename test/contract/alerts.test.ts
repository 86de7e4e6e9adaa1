import { execFile } from 'node:child_process'
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { dashboards } from '../../alerts/conventions.ts'
import { folderOf, titles, type Uid } from '../../dashboards/links.ts'
import { type Language, parseErrors } from '../grammar.ts'
import { isSilencer, promisedAlerts } from './promised-alerts.ts'
import { type Group, type LintName, lints } from './rule-lint.ts'
import { promtool } from './tools.ts'

const root = resolve(import.meta.dirname, '../..')
const generated = join(root, 'alerts/generated')

interface Ended {
  readonly status: number
  readonly output: string
}
const run = (file: string, args: readonly string[], cwd = root): Promise<Ended> =>
  new Promise((done) => {
    execFile(file, args, { cwd, encoding: 'utf8', maxBuffer: 2 ** 26 }, (error, stdout, stderr) =>
      done({ status: error ? Number(error.code ?? 1) : 0, output: stdout + stderr }),
    )
  })

const yamlIn = async (folder: string): Promise<string[]> =>
  (await readdir(folder)).filter((file) => file.endsWith('.yaml')).map((file) => join(folder, file))

const readGroups = async (): Promise<Group[]> => {
  const files = await yamlIn(join(generated, 'rules'))
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')))
  return texts.flatMap((text) => (parse(text) as { groups: Group[] }).groups)
}

let groups: Group[]
let folder: string
beforeAll(async () => {
  groups = await readGroups()
  folder = await mkdtemp(join(tmpdir(), 'crm-alerts-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const rules = () => groups.flatMap((group) => group.rules)
const rule = (name: string) => rules().find(({ alert }) => alert === name)

/** Requests of users: a probe that is told "not ready" hurts nobody. */
const users = 'service="api", endpoint!~"/health|/health/live|/health/ready"'

describe('the alerts', () => {
  it('are those that were promised, and no others', () => {
    const names = rules().flatMap(({ alert }) => (alert && !isSilencer(alert) ? [alert] : []))
    expect(names.sort()).toEqual(Object.keys(promisedAlerts).sort())
  })

  it('are as promised', () => {
    for (const { alert = '', for: hold, labels } of rules().filter((one) => one.alert && !isSilencer(one.alert))) {
      const { severity, priority, receivers, team } = labels ?? {}
      expect({ alert, for: hold, severity, priority, receivers, team }).toEqual({ alert, ...promisedAlerts[alert] })
    }
  })

  it.each([
    ['APIDown', 'up{service="api"} == 0', '1m', 'critical', 'P1'],
    ['DatabaseDown', 'max by (database) (postgres_up) == 0', '30s', 'critical', 'P1'],
    [
      'HighErrorRate',
      `(sum(rate(http_requests_total{${users}, status=~"5.."}[5m])) or sum(rate(http_requests_total{${users}}[5m])) * 0)` +
        ` / (sum(rate(http_requests_total{${users}}[5m])) > 0) > 0.05`,
      '5m',
      'critical',
      'P1',
    ],
    ['QueueBacklog', 'max by (queue_name) (queue_depth) > 1000', '10m', 'warning', 'P3'],
    [
      'ApiAvailabilityBurnRate1h',
      'slo:bad_events:rate1h{slo="api-availability"} / (slo:total_events:rate1h{slo="api-availability"} > 0) > 0.0144' +
        ' and slo:bad_events:rate5m{slo="api-availability"} / (slo:total_events:rate5m{slo="api-availability"} > 0) > 0.0144' +
        ' and slo:bad_events:rate1h{slo="api-availability"} * 3600 > 4',
      undefined,
      'critical',
      'P1',
    ],
    [
      'EmailDeliveryBurnRate6h',
      'slo:bad_events:rate6h{slo="email-delivery"} / (slo:total_events:rate6h{slo="email-delivery"} > 0) > 0.12' +
        ' and slo:bad_events:rate30m{slo="email-delivery"} / (slo:total_events:rate30m{slo="email-delivery"} > 0) > 0.12' +
        ' and slo:bad_events:rate6h{slo="email-delivery"} * 21600 > 4',
      undefined,
      'critical',
      'P2',
    ],
    [
      'EmailDeliveryBelowCritical',
      'slo:compliance:ratio30d{slo="email-delivery"} < 0.95' +
        ' and last_over_time(slo:total_events:rate5m{slo="email-delivery"}[1d] offset 1d)',
      undefined,
      'critical',
      'P3',
    ],
    [
      'JobDurationBelowCritical',
      '1 - slo:critical_events:rate30d{slo="job-duration"} / (slo:total_events:rate30d{slo="job-duration"} > 0) < 0.95' +
        ' and last_over_time(slo:total_events:rate5m{slo="job-duration"}[1d] offset 1d)',
      undefined,
      'critical',
      'P3',
    ],
    [
      'ApiLatencyBurnRate3d',
      'slo:bad_events:rate3d{slo="api-latency"} / (slo:total_events:rate3d{slo="api-latency"} > 0) > 0.05' +
        ' and slo:bad_events:rate6h{slo="api-latency"} / (slo:total_events:rate6h{slo="api-latency"} > 0) > 0.05' +
        ' and slo:bad_events:rate3d{slo="api-latency"} * 259200 > 2',
      undefined,
      'warning',
      'P3',
    ],
  ])('%s is what was promised', (name, expr, hold, severity, priority) => {
    expect(rule(name)).toMatchObject({ expr, labels: { severity, priority } })
    expect(rule(name)?.for).toBe(hold)
  })

  it('each links a runbook that exists', async () => {
    const runbooks = await readdir(join(root, 'alerts/runbooks'))
    for (const { alert, annotations } of rules().filter((one) => one.alert)) {
      const slug = /\/runbooks\/([\w-]+)$/.exec(annotations?.runbook_url ?? '')?.[1]
      expect(runbooks, alert).toContain(`${slug}.md`)
    }
  })

  it('open dashboards that exist, with variables that they have', async () => {
    expect(Object.keys(dashboards).sort()).toEqual(Object.keys(titles).sort())
    for (const [uid, variables] of Object.entries(dashboards)) {
      const dashboard = JSON.parse(
        await readFile(join(root, `dashboards/generated/${folderOf(uid as Uid)}/${uid}.json`), 'utf8'),
      )
      const names = dashboard.templating.list.map(({ name }: { name: string }) => name)
      expect(names).toEqual(expect.arrayContaining([...variables]))
    }
    for (const { annotations } of rules()) {
      const [, uid, query] = /\/d\/([\w-]+)\?(.*)$/.exec(annotations?.dashboard_url ?? '') ?? []
      if (!uid || !query) continue
      const known: readonly string[] = dashboards[uid as keyof typeof dashboards]
      for (const [, variable] of query.matchAll(/var-(\w+)=/g)) expect(known).toContain(variable)
    }
  })

  it.each(Object.keys(lints) as LintName[])('%s', (name) => {
    expect(lints[name](groups)).toEqual([])
  })
})

describe('a lint bites:', () => {
  const group = (rule: Partial<Group['rules'][number]>, interval = '60s', more: Partial<Group> = {}): Group[] => [
    { name: 'g', interval, rules: [{ alert: 'A', expr: 'up == 0', ...rule }], ...more },
  ]
  it.each<[LintName, Group[]]>([
    ['mixtool: at most 20 rules a group', group({}, '5s', { rules: Array(21).fill({ record: 'a', expr: 'up' }) })],
    ['mixtool: group names of at most 40 letters', group({}, '5s', { name: 'g'.repeat(41) })],
    ['mixtool: alert names in CamelCase, at most 40 letters', group({ alert: 'api_down' })],
    ['mixtool: severity critical, warning or info', group({ labels: { severity: 'fatal' } })],
    ['mixtool: the summary is one sentence without templates', group({ annotations: { summary: 'At {{ $value }}.' } })],
    ['mixtool: the description is templated', group({ annotations: { description: 'It is down.' } })],
    ['pint: an alert compares', group({ expr: 'up' })],
    ['pint: `for` is at least two scrapes', group({ for: '5s' })],
    ['pint: rate first, then sum', group({ expr: 'rate(sum(x)[5m]) > 0' })],
    ['pint: no regular expression for plain text', group({ expr: 'up{job=~"api"} == 0' })],
    ['pint: what is divided by is a number, or above 0, or a size that never is 0', group({ expr: 'a / b > 1' })],
    ['pint: measured values are written for people', group({ annotations: { description: '{{ $value }} jobs' } })],
    ['pint: rules that depend on each other stand together', group({ expr: 'slo:bad_events:rate1h > 0' })],
    ['pint: nothing looks back further than 35 days', group({ expr: 'rate(x[36d]) > 0' })],
  ])('%s', (name, wrong) => {
    expect(lints[name](wrong)).toHaveLength(1)
  })
})

describe('promtool', () => {
  it('has nothing to say against the rules', async (context) => {
    const files = await yamlIn(join(generated, 'rules'))
    const { status, output } = await run(await promtool(context), [
      'check',
      'rules',
      '--lint=all',
      '--lint-fatal',
      ...files,
    ])
    expect(status, output).toBe(0)
  })

  it('all cases of all alerts pass', { timeout: 300_000 }, async (context) => {
    const tool = await promtool(context)
    const files = await yamlIn(join(generated, 'tests'))
    // One process a core, each with every nth file: promtool itself takes one after the other.
    const parts = Array.from({ length: availableParallelism() }, (_, part) =>
      files.filter((_file, index) => index % availableParallelism() === part),
    )
    for (const { status, output } of await Promise.all(parts.map((part) => run(tool, ['test', 'rules', ...part]))))
      expect(status, output).toBe(0)
  })

  it.for([
    ['high-error-rate', '> 0.05', '> 0.06', 'fires when 5.1 % have failed'],
    ['high-error-rate', '> 0.05', '> 0.04', 'is quiet at 4.9 %'],
    ['high-error-rate', 'for: 5m', 'for: 1m', 'HighErrorRate'],
    ['queue-backlog', '> 1000', '>= 1000', 'is quiet at 1,000'],
    ['database-down', 'max by', 'min by', 'is quiet while one process gets answers'],
    ['api-down', '{service="api"}', '', 'leaves the worker to others'],
  ] as const)('a wrong %s (%s → %s) fails its cases', async ([file, right, wrong, said], context) => {
    const copy = join(folder, `${file}-${encodeURIComponent(wrong)}`)
    await cp(generated, copy, { recursive: true })
    const path = join(copy, 'rules', `${file}.yaml`)
    const text = await readFile(path, 'utf8')
    expect(text).toContain(right)
    await writeFile(path, text.replaceAll(right, wrong))
    const { status, output } = await run(await promtool(context), [
      'test',
      'rules',
      join(copy, 'tests', `${file}.yaml`),
    ])
    expect(status).not.toBe(0)
    expect(output).toContain(said)
  })
})

describe('every query of a rule or runbook', () => {
  it('is PromQL', () => {
    expect(rules().flatMap(({ expr }) => parseErrors('promql', expr))).toEqual([])
  })

  it('is what its runbook says it is', async () => {
    const pages = await readdir(join(root, 'alerts/runbooks'))
    const found: Record<string, number> = {}
    for (const page of pages) {
      const text = await readFile(join(root, 'alerts/runbooks', page), 'utf8')
      for (const [, language = '', query = ''] of text.matchAll(/```(promql|logql|traceql|sql)\n([^`]*)\n```/g)) {
        found[language] = (found[language] ?? 0) + 1
        if (language !== 'sql') expect(parseErrors(language as Language, query), page).toEqual([])
      }
    }
    expect(Object.keys(found).sort()).toEqual(['logql', 'promql', 'sql', 'traceql'])
  })
})
