import { describe, expect, it } from 'vitest'
import type { Dashboard, Target } from '../queries/dashboards.ts'
import type { Finding } from './check.ts'
import { fakePrometheus } from './fake-prometheus.ts'
import { panelChecks } from './panels.ts'

const dashboardOf = (targets: Target[]): Dashboard => ({
  uid: 'test',
  title: 'Test',
  panels: [{ id: 1, type: 'timeseries', title: 'Panel', targets }],
})

const promql = (expr: string): Target => ({ refId: 'A', datasource: { type: 'prometheus' }, expr })

/** What is found of a panel with these queries, where `series` exist (by a part of their selector) and `values` are the answers to whole queries. */
const find = async (
  targets: Target[],
  { series = [], values = () => 1 }: { series?: string[]; values?: (text: string) => number | undefined },
  absent: string[] = [],
): Promise<Finding> => {
  await using prometheus = await fakePrometheus({
    query: (text) =>
      text.startsWith('count(last_over_time(')
        ? series.some((part) => text.startsWith(`count(last_over_time(${part}[`))
          ? 1
          : undefined
        : values(text),
  })
  const [check] = panelChecks([dashboardOf(targets)], {
    backends: { prometheus: prometheus.url },
    absent: new Set(absent),
  })
  if (!check) throw new Error('no check')
  return await check.run(new AbortController().signal)
}

describe('a panel', () => {
  it('is ok when every selector has series and the whole has a value', async () => {
    expect(await find([promql('sum(up{job=~".+"})')], { series: ['up{job=~".+"}'] })).toEqual({ state: 'ok' })
  })
  it('is empty when a selector has no series, whatever `or vector(0)` says', async () => {
    expect(await find([promql('sum(rate(renamed_total[1m])) or vector(0)')], { series: [] })).toEqual({
      state: 'empty',
      note: 'no series for renamed_total',
    })
  })
  it('is empty when one side of an expression has no series', async () => {
    const found = await find([promql('sum(rate(here_total[1m])) + sum(rate(gone_total[1m]))')], {
      series: ['here_total'],
    })
    expect(found).toEqual({ state: 'empty', note: 'no series for gone_total' })
  })
  it('is ok before the first failure, if the series beside it exists', async () => {
    const asked = [promql('sum(rate(otelcol_exporter_send_failed_spans{job=~".+", exporter="tempo"}[1m]))')]
    const values = () => undefined
    expect(await find(asked, { series: ['otelcol_exporter_sent_spans{job=~".+"}'], values })).toMatchObject({
      state: 'ok',
    })
    expect(await find(asked, { series: [], values })).toEqual({
      state: 'empty',
      note: 'no series for otelcol_exporter_sent_spans{job=~".+"}',
    })
  })
  it('is ok without failures, if the same series exist without the condition', async () => {
    const found = await find([promql('sum(rate(http_requests_total{job=~".+", status=~"5.."}[1m]))')], {
      series: ['http_requests_total{job=~".+"}'],
      values: () => undefined,
    })
    expect(found.state).toBe('ok')
    expect(found.note).toBe(
      'nothing went wrong: no series for http_requests_total{job=~".+", status=~"5.."}, but for http_requests_total{job=~".+"}',
    )
  })
  it('is empty without failures when the metric does not exist at all', async () => {
    expect(await find([promql('sum(rate(http_request_total{status=~"5.."}[1m]))')], { series: [] })).toEqual({
      state: 'empty',
      note: 'no series for http_request_total',
    })
  })
  it('does not take a condition on successes for one on failures', async () => {
    const found = await find([promql('rate(http_requests_total{status=~"2.."}[1m])')], {
      series: ['http_requests_total'],
    })
    expect(found).toEqual({ state: 'empty', note: 'no series for http_requests_total{status=~"2.."}' })
  })
  it('is empty when a join of two full sides has no value', async () => {
    const found = await find([promql('a * on (x) b')], { series: ['a', 'b'], values: () => undefined })
    expect(found).toEqual({
      state: 'empty',
      note: 'its selectors have series, but the whole has no value (does traffic flow?): a * on (x) b',
    })
  })
  it('is empty when its only value is NaN', async () => {
    const query = 'histogram_quantile(0.95, sum by (le) (rate(h_bucket[1m])))'
    expect((await find([promql(query)], { series: ['h_bucket'], values: () => Number.NaN })).state).toBe('empty')
  })
  it('is ok when an alert fired too briefly for the points of the panel', async () => {
    const asked = 'count_over_time(ALERTS{alertstate="firing"}[900s:1m])'
    const series = ['ALERTS{alertstate="firing"}']
    const values = (text: string) => (text.includes('[900s:5s]') ? 1 : undefined)
    expect(await find([promql(asked)], { series, values })).toEqual({
      state: 'ok',
      note: 'what went wrong was over before the next point of the panel',
    })
    expect((await find([promql(asked)], { series, values: () => undefined })).state).toBe('empty')
  })
  it('is ok when nothing is left after a subtraction', async () => {
    const found = await find([promql('a unless b')], { series: ['a', 'b'], values: () => undefined })
    expect(found).toEqual({ state: 'ok', note: 'nothing is left after the subtraction' })
  })
  it('is as bad as the worst of its queries', async () => {
    const found = await find([promql('up'), { ...promql('gone'), refId: 'B' }], { series: ['up'] })
    expect(found).toEqual({ state: 'empty', note: 'no series for gone' })
  })
  it('is an error when the server refuses the query', async () => {
    const found = await find([promql('sum(!!)')], { series: [] })
    expect(found).toEqual({ state: 'error', note: 'parse error: unexpected "!!" (sum(!!))' })
  })
  it('is an error when Prometheus does not answer', async () => {
    const [check] = panelChecks([dashboardOf([promql('up')])], {
      backends: { prometheus: 'http://127.0.0.1:1' },
      absent: new Set(),
    })
    expect(await check?.run(new AbortController().signal)).toMatchObject({ state: 'error' })
  })
  it('is unavailable where Tempo is absent, and names it', async () => {
    const traces: Target = { refId: 'A', datasource: { type: 'tempo' }, query: '{ status = error }' }
    expect(await find([traces], {}, ['tempo'])).toEqual({ state: 'unavailable', note: 'needs tempo' })
    expect((await find([traces], {}, [])).state).toBe('error')
  })
})
