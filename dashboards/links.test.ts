import { expect, it } from 'vitest'
import { logs } from '../catalogue/logql.ts'
import { spans } from '../catalogue/traceql.ts'
import { clicked, otherDashboards, toDashboard, toLogs, toTraces } from './links.ts'

/** What the explorer reads after Grafana has put values in place of its variables. */
const opened = (url: string, values: Record<string, string>) => {
  const filled = url.replaceAll(/\$\{([^}]+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ''))
  return JSON.parse(new URL(filled, 'http://grafana').searchParams.get('left') ?? '') as unknown
}

it('a link to another dashboard keeps time and variables', () => {
  expect(toDashboard('api-performance')).toEqual({
    title: 'API Performance',
    url: `/d/api-performance?$${'{__url_time_range}'}&$${'{__all_variables}'}`,
  })
})

it('a link to traces opens the explorer with the query, of the series that was clicked', () => {
  const { url } = toTraces('Traces', spans({ attributes: { 'span.http.route': clicked('endpoint') } }))
  expect(
    opened(url, {
      tempo_datasource: 'tempo',
      '__field.labels.endpoint': '/api/contacts/:id',
      __from: '1700000000000',
      __to: '1700003600000',
    }),
  ).toEqual({
    datasource: 'tempo',
    queries: [
      {
        refId: 'A',
        datasource: { type: 'tempo', uid: 'tempo' },
        queryType: 'traceql',
        query: '{ span.http.route = "/api/contacts/:id" }',
        limit: 20,
        tableType: 'traces',
      },
    ],
    range: { from: '1700000000000', to: '1700003600000' },
  })
})

it('a link to logs asks Loki', () => {
  const { url } = toLogs('Logs', logs({ service_name: 'api' }))
  expect(opened(url, { loki_datasource: 'loki', __from: '1', __to: '2' })).toMatchObject({
    datasource: 'loki',
    queries: [{ expr: '{service_name="api"}' }],
  })
})

it('above a dashboard stands a list of all, which keeps time and variables', () => {
  expect(otherDashboards().build()).toMatchObject({
    type: 'dashboards',
    tags: ['crm'],
    asDropdown: true,
    includeVars: true,
    keepTime: true,
  })
})
