import { expect, it } from 'vitest'
import { counter, histogram } from '../../catalogue/metric.ts'
import { coverageTable, queryCount, unknown, unused } from './coverage.ts'

const plain = { unit: '1', description: '', labels: {}, source: 'app' } as const
const metrics = {
  tea_total: counter(plain),
  cups_total: counter(plain),
  tea_seconds: histogram({ ...plain, buckets: [1, 5] }),
  sugar_total: counter(plain),
}
const panel = (...exprs: string[]) => ({
  type: 'timeseries',
  title: 'Panel',
  targets: exprs.map((expr) => ({ datasource: { type: 'prometheus' }, expr })),
})
const uses = {
  dashboards: [
    {
      uid: 'tea',
      title: 'Tea time',
      panels: [
        panel('sum(rate(tea_total{job=~"$job"}[$__rate_interval]))', 'count by (__name__) ({job=~"$job"})'),
        panel('max_over_time(timestamp(increase(green_tea_total[$__rate_interval]))[$__range:$__interval])'),
      ],
    },
  ],
  rules: [
    { alert: 'TeaSlow', expr: 'histogram_quantile(0.9, rate(tea_seconds_bucket[5m])) > 5 and tea:rate5m > 0' },
    { record: 'tea:rate5m', expr: 'sum(rate(tea_total[5m])) + sum(rate(tea_total_sum[5m]))' },
  ],
}

it('finds what is measured and never looked at', () => {
  expect(unused(metrics, uses)).toEqual(['cups_total', 'sugar_total'])
})

it('finds what is asked for and not measured; a counter has no buckets', () => {
  expect(queryCount(uses)).toBe(5)
  expect(unknown(metrics, uses)).toEqual([
    'Tea time › Panel asks for green_tea_total',
    'tea:rate5m asks for tea_total_sum',
  ])
})

it('counts them by where they are looked at', () => {
  expect(coverageTable([{ title: 'Tea', metrics }], uses)).toContain(
    '| Tea | 4 | 1 | 1 | 1 | `cups_total`, `sugar_total` |',
  )
})
