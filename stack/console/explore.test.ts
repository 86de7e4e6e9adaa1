import { expect, test } from 'vitest'
import { explorePath, readExploration } from './explore.ts'
import { linesOf } from './lines.ts'

const read = (values: Record<string, string>) => readExploration(new URLSearchParams(values))

test('our own form', () => {
  const asked = { datasource: 'loki', text: '{service_name="api"}', from: 'now-2h', to: 'now' } as const
  expect(readExploration(new URL(explorePath(asked), 'http://x').searchParams)).toEqual(asked)
})

test('Grafana’s form of old, as links of panels have it', () => {
  const left = {
    datasource: 'tempo',
    queries: [{ refId: 'A', datasource: { type: 'tempo', uid: 'tempo' }, query: '{ status = error }', limit: 20 }],
    range: { from: '1795282766257', to: '1795282966257' },
  }
  expect(read({ left: JSON.stringify(left) })).toEqual({
    datasource: 'tempo',
    text: '{ status = error }',
    from: '1795282766257',
    to: '1795282966257',
  })
})

test('Grafana’s form of today', () => {
  const panes = {
    abc: { datasource: 'loki', queries: [{ expr: '{service_name="api"}' }], range: { from: 'now-6h', to: 'now' } },
  }
  expect(read({ panes: JSON.stringify(panes) })).toMatchObject({ datasource: 'loki', from: 'now-6h' })
})

test.for([
  ['up == 0', 'prometheus'],
  ['sum by (le) (rate(x_bucket{job="api"}[5m]))', 'prometheus'],
  ['{service_name=~"api|worker"} | severity_text="error"', 'loki'],
  ['{ resource.service.name = "api" && status = error }', 'tempo'],
  ['0af7651916cd43dd8448eb211c80319c', 'tempo'],
] as const)('%s without a data source is for %s', ([query, datasource]) => {
  expect(read({ query })?.datasource).toBe(datasource)
})

test.for([{}, { left: '{' }, { left: '{}' }, { panes: '[]' }, { query: ' ' }, { left: 'null' }])(
  '%j asks nothing',
  (values) => {
    expect(read(values as Record<string, string>)).toBeUndefined()
  },
)

test('the lines of a trace and of a request, from whichever process', () => {
  expect(linesOf(new URLSearchParams({ trace_id: 'ab"c' }))).toEqual({
    datasource: 'loki',
    text: '{service_name=~"api|worker|mcp"} | trace_id="ab\\"c"',
    from: 'now-24h',
    to: 'now',
  })
  expect(linesOf(new URLSearchParams({ correlation_id: 'x', from: 'now-1h' }))?.text).toContain('| correlationId="x"')
  expect(linesOf(new URLSearchParams())).toBeUndefined()
})
