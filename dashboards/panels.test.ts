import { describe, expect, it } from 'vitest'
import { logs as logLines } from '../catalogue/logql.ts'
import { rate, select, sum } from '../catalogue/promql.ts'
import { spans } from '../catalogue/traceql.ts'
import { logs, table, traces } from './lists.ts'
import { stat, timeseries } from './panels.ts'

const requests = sum(rate(select('http_requests_total'), '$__rate_interval'), ['endpoint'])
const about = { title: 'Panel', description: 'What to do.' }
const steps = (panel: ReturnType<typeof stat>) => panel.panel.build().fieldConfig?.defaults.thresholds?.steps

describe('limits', () => {
  const withLimits = (warning: number, critical: number, good: 'above' | 'below') =>
    stat({ ...about, unit: 'short', limits: { warning, critical, good }, queries: [{ expr: requests, legend: 'x' }] })
  it('colour what is below them good, or what is above', () => {
    expect(steps(withLimits(0.2, 0.5, 'below'))).toEqual([
      { value: null, color: 'green' },
      { value: 0.2, color: 'orange' },
      { value: 0.5, color: 'red' },
    ])
    expect(steps(withLimits(0.999, 0.995, 'above'))).toEqual([
      { value: null, color: 'red' },
      { value: 0.995, color: 'orange' },
      { value: 0.999, color: 'green' },
    ])
  })
  it('that are one divide good from bad alone', () => {
    expect(steps(withLimits(1, 1, 'above'))).toEqual([
      { value: null, color: 'red' },
      { value: 1, color: 'green' },
    ])
    expect(steps(withLimits(1, 1, 'below'))).toEqual([
      { value: null, color: 'green' },
      { value: 1, color: 'red' },
    ])
  })
})

it('a state is shown in words, in the colour of what it means', () => {
  const shown = stat({
    ...about,
    unit: 'short',
    states: { 0: ['down', 'bad'], 1: ['up', 'good'] },
    queries: [{ expr: requests, legend: 'x' }],
  })
  expect(shown.panel.build().fieldConfig?.defaults.mappings).toEqual([
    {
      type: 'value',
      options: { 0: { text: 'down', color: 'red', index: 0 }, 1: { text: 'up', color: 'green', index: 1 } },
    },
  ])
})

describe('curves', () => {
  it('have a table for names made from labels, and a line for fixed ones', () => {
    const legend = (name: string) =>
      timeseries({ ...about, unit: 'reqps', queries: [{ expr: requests, legend: name }] }).panel.build().options.legend
    expect(legend('{{endpoint}}')).toMatchObject({ displayMode: 'table', sortBy: 'Max', sortDesc: true })
    expect(legend('requests')).toMatchObject({ displayMode: 'list' })
  })
  it('give a service or an answer the colour it has everywhere', () => {
    const overrides = (legend: string) =>
      timeseries({ ...about, unit: 'reqps', queries: [{ expr: requests, legend }] })
        .panel.build()
        .fieldConfig?.overrides.map(({ matcher, properties }) => [matcher.options, properties[0]?.value.fixedColor])
    expect(overrides('{{status}}')).toEqual([
      ['/^([23]|success|completed|processed|delivered)/', 'green'],
      ['/^(4|quarantined|deferred)/', 'orange'],
      ['/^(5|error|failed)/', 'red'],
    ])
    expect(overrides('{{service_name}}')).toEqual([
      ['/^api\\b/', 'blue'],
      ['/^worker\\b/', 'purple'],
      ['/^mcp\\b/', 'super-light-blue'],
    ])
    expect(overrides('{{endpoint}}')).toEqual([])
  })
  it('that stand alone under a fixed name are neutral', () => {
    const overrides = (...legends: string[]) =>
      timeseries({ ...about, unit: 's', queries: legends.map((legend) => ({ expr: requests, legend })) })
        .panel.build()
        .fieldConfig?.overrides.map(({ properties }) => properties[0]?.value.fixedColor)
    expect(overrides('good events')).toEqual(['blue'])
    expect(overrides('{{endpoint}}')).toEqual([])
    expect(overrides('a', 'b')).toEqual([])
  })
  it('give a query its meaning’s colour', () => {
    const { fieldConfig } = timeseries({
      ...about,
      unit: 's',
      queries: [
        { expr: requests, legend: 'a' },
        { expr: requests, legend: 'b', colour: 'bad' },
      ],
    }).panel.build()
    expect(fieldConfig?.overrides).toEqual([
      {
        matcher: { id: 'byFrameRefID', options: 'B' },
        properties: [{ id: 'color', value: { mode: 'fixed', fixedColor: 'red' } }],
      },
    ])
  })
})

it('a table has a column a query, under its own name and unit', () => {
  const built = table({
    ...about,
    by: { label: 'endpoint', title: 'Endpoint' },
    columns: [
      { title: 'Requests', unit: 'reqps', expr: requests },
      { title: 'p95', unit: 's', expr: requests },
    ],
  }).panel.build()
  expect(built.targets).toMatchObject([
    { refId: 'A', format: 'table', instant: true },
    { refId: 'B', format: 'table', instant: true },
  ])
  expect(built.transformations?.[1]?.options.renameByName).toEqual({
    endpoint: 'Endpoint',
    'Value #A': 'Requests',
    'Value #B': 'p95',
  })
})

it('a row of a table may be named by several labels, of which the first leads on', () => {
  const built = table({
    ...about,
    by: [
      { label: 'endpoint', title: 'Endpoint' },
      { label: 'method', title: 'Method' },
    ],
    columns: [{ title: 'Requests', unit: 'reqps', expr: requests }],
    rowLinks: [{ title: 'Traces', url: '/explore' }],
  }).panel.build()
  expect(built.transformations?.[1]?.options.indexByName).toEqual({ endpoint: 0, method: 1, Value: 2 })
  expect(built.transformations?.[1]?.options.renameByName).toEqual({
    endpoint: 'Endpoint',
    method: 'Method',
    Value: 'Requests',
  })
  const linked = built.fieldConfig?.overrides.filter(({ properties }) => properties.some(({ id }) => id === 'links'))
  expect(linked?.map(({ matcher }) => matcher.options)).toEqual(['Endpoint'])
})

it('the data source of a panel tells what it needs', () => {
  expect(logs({ ...about, query: logLines({ service_name: 'api' }) }).panel.build()).toMatchObject({
    type: 'logs',
    datasource: { type: 'loki', uid: `$${'{loki_datasource}'}` },
  })
  expect(traces({ ...about, query: spans() }).panel.build()).toMatchObject({
    type: 'table',
    datasource: { type: 'tempo', uid: `$${'{tempo_datasource}'}` },
    targets: [{ queryType: 'traceql', query: '{}' }],
  })
})
