// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is how Grafana writes variables
import { describe, expect, test } from 'vitest'
import { type Dashboard, dataPanels, loadDashboards, type Panel } from './dashboards.ts'
import { panelQueries } from './panel-queries.ts'
import { interpolate } from './variables.ts'

const range = { from: 1_000_000_000, to: 1_003_600_000 }

const dashboard = (panels: readonly Panel[]): Dashboard => ({
  uid: 'test',
  title: 'Test',
  templating: {
    list: [
      { name: 'logs', type: 'datasource', query: 'loki' },
      { name: 'job', type: 'query', multi: true, includeAll: true, allValue: '.+', current: { value: ['$__all'] } },
      { name: 'instance', type: 'query', multi: true, includeAll: true },
    ],
  },
  panels,
})

const one = (expr: string, values: Record<string, string[]> = {}) =>
  panelQueries(
    dashboard([{ type: 'timeseries', title: 'One', datasource: { type: 'prometheus' }, targets: [{ expr }] }]),
    { range, values },
  )[0]?.text

describe('variables in a query', () => {
  test('"all" is allValue, and .+ where the dashboard states none', () => {
    expect(one('up{job=~"$job", instance=~"${instance}"}')).toBe('up{job=~".+", instance=~".+"}')
  })
  test('one value means itself, several are alternatives', () => {
    expect(one('up{job=~"$job"}', { job: ['api'] })).toBe('up{job=~"api"}')
    expect(one('up{job=~"$job"}', { job: ['api', 'worker'] })).toBe('up{job=~"(api|worker)"}')
  })
  test('dots in an address are no pattern', () => {
    expect(one('up{instance=~"$instance"}', { instance: ['127.0.0.1:9464'] })).toBe(
      'up{instance=~"127\\\\.0\\\\.0\\\\.1:9464"}',
    )
  })
  test('a value cannot leave its string', () => {
    expect(one('up{job=~"$job"}', { job: ['x"} or vector(1) #'] })).toBe('up{job=~"x\\"\\\\} or vector\\\\(1\\\\) #"}')
    expect(one('up{job=~"$job"}', { job: ['a\nb'] })).toBe('up{job=~"a\\nb"}')
  })
  test('the interval of rates spans four scrapes, and more where the step is wide', () => {
    expect(one('rate(x[$__rate_interval])')).toBe('rate(x[20s])')
    const wide = { from: 0, to: 30 * 86_400_000 }
    const panel: Panel = {
      type: 'stat',
      datasource: { type: 'prometheus' },
      targets: [{ expr: 'rate(x[$__rate_interval])' }],
    }
    expect(panelQueries(dashboard([panel]), { range: wide })[0]?.text).toBe('rate(x[7205s])')
  })
  test('the range is written out', () => expect(one('increase(x[$__range])')).toBe('increase(x[3600s])'))
  test('a name that is not known stays for the server to refuse', () =>
    expect(one('x{a="$nothing"}')).toBe('x{a="$nothing"}'))
  test('the four ways to write a variable', () => {
    expect(interpolate('$a ${a} ${a:csv} [[a]]', { a: ['1', '2'] })).toBe('(1|2) (1|2) 1,2 (1|2)')
  })
})

describe('which queries a panel has', () => {
  test('rows and texts have none, panels in a collapsed row do', () => {
    const inner: Panel = { type: 'stat', datasource: { type: 'prometheus' }, targets: [{ expr: 'inner' }] }
    const panels: Panel[] = [{ type: 'row', panels: [inner] }, { type: 'text' }]
    expect(dataPanels(dashboard(panels))).toEqual([inner])
    expect(panelQueries(dashboard(panels), { range }).map(({ text }) => text)).toEqual(['inner'])
  })
  test('a source is told by its type, or by the variable that it names', () => {
    const panel: Panel = {
      type: 'logs',
      datasource: { uid: '${logs}' },
      targets: [
        { expr: '{a="b"}' },
        { query: '{ }', datasource: { type: 'tempo', uid: 'x' } },
        { expr: 'hidden', hide: true },
      ],
    }
    expect(panelQueries(dashboard([panel]), { range }).map(({ datasource }) => datasource)).toEqual(['loki', 'tempo'])
  })
  test('a query without a source is an error that names the panel', () => {
    const panel: Panel = { type: 'stat', title: 'Lost', targets: [{ expr: 'up' }] }
    expect(() => panelQueries(dashboard([panel]), { range })).toThrow(
      'test: a query of panel "Lost" names no data source',
    )
  })
  test('instant and range', () => {
    const panel: Panel = {
      type: 'table',
      datasource: { type: 'prometheus' },
      targets: [
        { expr: 'a', instant: true, range: false },
        { expr: 'b', range: true },
        { expr: 'c', queryType: 'instant' },
      ],
    }
    expect(panelQueries(dashboard([panel]), { range }).map(({ mode }) => mode)).toEqual(['instant', 'range', 'instant'])
  })
})

test('every query of the generated dashboards has all its variables replaced', async () => {
  const dashboards = await loadDashboards()
  expect(dashboards.map(({ uid }) => uid)).toEqual(expect.arrayContaining(['api-performance', 'system-overview']))
  for (const each of dashboards) {
    for (const { text } of panelQueries(each, { range })) expect(text).not.toMatch(/\$(?!\d)|\[\[/)
  }
})
