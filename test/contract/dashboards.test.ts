import { readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { folderOf, type Uid } from '../../dashboards/links.ts'
import { type DashboardJson, type PanelJson, type RuleName, rules, type TargetJson } from './dashboard-rules.ts'

const folder = resolve(import.meta.dirname, '../../dashboards/generated')
const text = (uid: string): Promise<string> => readFile(join(folder, folderOf(uid as Uid), `${uid}.json`), 'utf8')
const read = async (uid: string): Promise<DashboardJson> => JSON.parse(await text(uid)) as DashboardJson

const uids = [
  'alerts-notifications',
  'api-performance',
  'business-events',
  'database',
  'errors-logs',
  'external-apis',
  'integrations-sync',
  'runtime-host',
  'security',
  'slos',
  'system-overview',
  'telemetry-pipeline',
  'user-journeys',
  'webhooks-jobs-queues',
]

it('these dashboards exist in these folders, and no others', async () => {
  const folders = await readdir(folder)
  expect(folders.sort()).toEqual(['crm', 'operations'])
  const files = await Promise.all(folders.map((name) => readdir(join(folder, name))))
  expect(files.flat().sort()).toEqual(uids.map((uid) => `${uid}.json`))
  expect(files[0]?.sort()).toEqual([
    'api-performance.json',
    'business-events.json',
    'integrations-sync.json',
    'slos.json',
    'system-overview.json',
    'user-journeys.json',
  ])
})

describe.each(uids)('%s', (uid) => {
  let dashboard: DashboardJson
  beforeAll(async () => {
    dashboard = await read(uid)
  })
  it.each(Object.entries(rules))('%s', (_name, rule) => {
    expect(rule(dashboard)).toEqual([])
  })
  it('has its name, the classic schema and our tag', () => {
    expect(dashboard).toMatchObject({ uid, editable: false })
    expect(dashboard.schemaVersion).toBeGreaterThan(30)
    expect(dashboard.tags).toContain('crm')
  })
})

describe('what a reader expects to find', () => {
  const titles = async (uid: string) => (await read(uid)).panels.map(({ title }) => title)
  it('on System Overview: users first, then causes', async () => {
    const found = await titles('system-overview')
    expect(found).toEqual(
      expect.arrayContaining([
        'Availability, 30 days',
        'Availability budget left',
        'Fast requests, 30 days',
        'Requests by service',
        'Error rate by service',
        'Latency of requests',
        'Active users',
        'Database up',
        'Jobs waiting',
        'Oldest job',
        'Job duration, p95',
        'Job failures by reason',
        'Failures of outside services',
        'Event loop delay, p99',
        'Heap in use',
        'CPU of the host',
        'Memory of the host',
        'Free disk',
        'Telemetry dropped',
        'Recent errors',
        'Slow requests',
      ]),
    )
    expect(found[0]).toBe('Are users hurt?')
  })
  it('on API Performance: requests and latency by endpoint, database time', async () => {
    expect(await titles('api-performance')).toEqual(
      expect.arrayContaining([
        'Endpoints',
        'Requests by endpoint',
        'Errors by type',
        'p95 by endpoint',
        'Requests by duration',
        'Database time by operation and table',
        'Connections in use',
        'Outgoing calls',
        'Requests slower than 200 ms',
        'Warnings and errors',
      ]),
    )
  })
  it('exemplars on a latency panel of each that has one', async () => {
    for (const uid of ['system-overview', 'api-performance']) {
      const targets = (await read(uid)).panels.flatMap((panel) => panel.targets ?? []) as (TargetJson & {
        exemplar?: boolean
      })[]
      const withExemplars = targets.filter(({ exemplar }) => exemplar)
      expect(withExemplars.map(({ expr }) => expr)).toEqual([
        expect.stringContaining('traces_kept_span_metrics_duration_seconds_bucket'),
      ])
    }
  })
  it('numbers without float noise', async () => {
    for (const uid of uids) expect(await text(uid)).not.toMatch(/\d\.\d{13,}/)
  })
})

describe('each rule bites', () => {
  /** The first panel of a type, whose first query can be replaced. */
  const panel = (dashboard: DashboardJson, type = 'timeseries'): PanelJson => {
    const found = dashboard.panels.find((each) => each.type === type)
    if (!found) throw new Error(`no ${type} panel`)
    return found
  }
  const ask = (dashboard: DashboardJson, type: string, text: string): void => {
    const found = dashboard.panels
      .flatMap(({ targets }) => targets ?? [])
      .find(({ datasource }) => datasource.type === type)
    if (!found) throw new Error(`no ${type} query`)
    if (type === 'tempo') found.query = text
    else found.expr = text
  }
  const variable = (dashboard: DashboardJson, name: string) => {
    const found = dashboard.templating.list.find((each) => each.name === name)
    if (!found) throw new Error(`no variable ${name}`)
    return found
  }
  const matched = 'job=~"$job", instance=~"$instance"'

  const cases: [RuleName, (dashboard: DashboardJson) => void, string][] = [
    [
      'data sources are chosen by variables with the usual names',
      (d) => {
        variable(d, 'loki_datasource').name = 'logs'
      },
      '"logs" should be called "loki_datasource"',
    ],
    [
      'has a variable for the job',
      (d) => {
        variable(d, 'job').allValue = '.*'
      },
      'all of "job" is ".*"',
    ],
    [
      'has a variable for the instance',
      (d) => {
        d.templating.list = d.templating.list.filter(({ name }) => name !== 'instance')
      },
      'has no variable "instance"',
    ],
    [
      'variables are asked again when the time changes',
      (d) => {
        variable(d, 'job').refresh = 1
      },
      '"job" keeps its old values',
    ],
    [
      'panels use the data source chosen',
      (d) => {
        panel(d).datasource.uid = 'prometheus-1'
      },
      'uses "prometheus-1"',
    ],
    [
      'panels have a title, and say what to do',
      (d) => {
        panel(d).description = 'Requests.'
      },
      'no description that helps',
    ],
    [
      'panels have a unit that Grafana knows',
      (d) => {
        panel(d).fieldConfig.defaults.unit = 'requests'
      },
      'has the unit "requests"',
    ],
    [
      'units fit what is measured',
      (d) => ask(d, 'prometheus', `sum(http_request_duration_seconds_sum{${matched}})`),
      'but it is s',
    ],
    [
      'units fit what is measured',
      (d) => ask(d, 'prometheus', `sum(rate(requests_of_nobody_total{${matched}}[$__rate_interval]))`),
      'requests_of_nobody_total is not in the catalogue',
    ],
    [
      'legends can be read where labels have many values',
      (d) => {
        for (const each of d.panels.flatMap(({ targets }) => targets ?? []))
          if (each.expr) each.expr = each.expr.replaceAll('topk(8, ', 'max(')
      },
      'may have more than 40 series: {{endpoint}}',
    ],
    [
      'deployments and alerts that fire are marked on every curve',
      (d) => {
        for (const each of d.annotations.list) each.useValueForTime = false
      },
      'deployments are not marked',
    ],
    [
      'deployments and alerts that fire are marked on every curve',
      (d) => {
        d.annotations.list = d.annotations.list.filter(({ name }) => name !== 'Firing: warning')
      },
      'alerts of severity warning',
    ],
    [
      'numbers lead to the next question',
      (d) => {
        const { links, fieldConfig } = panel(d)
        links?.splice(0)
        fieldConfig.defaults.links?.splice(0)
      },
      'leads nowhere',
    ],
    [
      'panels ask something',
      (d) => {
        panel(d).targets = []
      },
      'has no query',
    ],
    ['PromQL parses', (d) => ask(d, 'prometheus', `sum(rate(up{${matched}}[5m])`), 'something is missing'],
    ['LogQL parses', (d) => ask(d, 'loki', '{service_name=} | x="y"'), 'logql'],
    ['TraceQL parses', (d) => ask(d, 'tempo', '{ kind = }'), 'traceql'],
    [
      'rates go over the interval that fits the zoom',
      (d) => ask(d, 'prometheus', `rate(http_requests_total{${matched}}[5m])`),
      'fixed window',
    ],
    [
      'LogQL goes over the interval that fits the zoom',
      (d) => ask(d, 'loki', 'sum(rate({service_name="api"} [5m]))'),
      'fixed window',
    ],
    [
      'every selector matches the job',
      (d) => ask(d, 'prometheus', 'sum(queue_depth{job="worker", instance=~"$instance"})'),
      'queue_depth does not match job',
    ],
    [
      'every selector matches the instance',
      (d) => ask(d, 'prometheus', 'sum(queue_depth{job=~"$job"})'),
      'queue_depth does not match instance',
    ],
    ['counters are rated', (d) => ask(d, 'prometheus', `sum(http_requests_total{${matched}})`), 'raw counter'],
    [
      'is not editable',
      (d) => {
        d.editable = true
      },
      'can be edited',
    ],
    [
      'panels do not overlap',
      (d) => {
        panel(d).gridPos.h += 1
      },
      'overlap',
    ],
    [
      'panels stay within the grid',
      (d) => {
        panel(d).gridPos.w = 25
      },
      'does not fit',
    ],
    [
      'ids differ',
      (d) => {
        panel(d).id = panel(d, 'stat').id
      },
      'two panels have the id',
    ],
    [
      'no two panels ask the same',
      (d) => {
        panel(d).targets = panel(d, 'stat').targets
      },
      'two panels ask',
    ],
    [
      'variables are used, and those used exist',
      (d) => ask(d, 'prometheus', 'up{job=~"$job", instance=~"$instance", tenant=~"$tenant"}'),
      'there is no variable "tenant"',
    ],
    [
      'variables are used, and those used exist',
      (d) => {
        d.templating.list.push({ ...variable(d, 'job'), name: 'queue' })
      },
      'nothing uses the variable "queue"',
    ],
    [
      'links keep time and variables',
      (d) => {
        for (const link of d.links) link.keepTime = false
      },
      'forgets the time',
    ],
    [
      'says where it comes from',
      (d) => {
        d.description = 'Requests and latency.'
      },
      'does not say that it is generated',
    ],
  ]

  it.each(cases)('%s', async (name, breaks, problem) => {
    const dashboard = structuredClone(await read('api-performance'))
    expect(rules[name](dashboard)).toEqual([])
    breaks(dashboard)
    expect(rules[name](dashboard).join('\n')).toContain(problem)
  })
  it('and none is left without such a case', () => {
    expect([...new Set(cases.map(([name]) => name))].sort()).toEqual(Object.keys(rules).sort())
  })
})
