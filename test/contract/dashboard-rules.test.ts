import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { DashboardJson, PanelJson } from './dashboard-json.ts'
import { type RuleName, rules } from './dashboard-rules.ts'

const file = resolve(import.meta.dirname, '../../dashboards/generated/crm/api-performance.json')

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
    const dashboard = JSON.parse(await readFile(file, 'utf8')) as DashboardJson
    expect(rules[name](dashboard)).toEqual([])
    breaks(dashboard)
    expect(rules[name](dashboard).join('\n')).toContain(problem)
  })
  it('and none is left without such a case', () => {
    expect([...new Set(cases.map(([name]) => name))].sort()).toEqual(Object.keys(rules).sort())
  })
})
