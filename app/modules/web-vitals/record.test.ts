import { metrics as otel } from '@opentelemetry/api'
import { afterAll, expect, it } from 'vitest'
import { startTestMetrics } from '../../telemetry/test-metrics.ts'
import { recordReport, reportLimit } from './record.ts'
import { reportSchema } from './schemas.ts'

const collect = startTestMetrics()
afterAll(() => otel.disable())

it('the largest contentful paint is the load of a page; every vital counts with its rating', async () => {
  const vitals = [
    { name: 'LCP', value: 1_500, rating: 'good' },
    { name: 'CLS', value: 0.3, rating: 'poor' },
  ]
  recordReport(reportSchema.parse({ page: '/docs', vitals }))
  recordReport(reportSchema.parse({ page: '/docs/../../made-up', vitals: vitals.slice(0, 1) }))
  const loads = (await collect('web_page_load_seconds')).map(({ attributes, value }) => [
    attributes.page,
    (value as { sum: number }).sum,
  ])
  expect(loads).toEqual([
    ['/docs', 1.5],
    ['other', 1.5],
  ])
  const counted = (await collect('web_vitals_total')).map(({ attributes, value }) => ({ ...attributes, value }))
  expect(counted).toEqual([
    { name: 'lcp', rating: 'good', value: 2 },
    { name: 'cls', rating: 'poor', value: 1 },
  ])
})

it.each([
  ['an unknown vital', { page: '/docs', vitals: [{ name: 'FID', value: 1, rating: 'good' }] }],
  ['a negative time', { page: '/docs', vitals: [{ name: 'LCP', value: -1, rating: 'good' }] }],
  ['a year', { page: '/docs', vitals: [{ name: 'LCP', value: 3e10, rating: 'good' }] }],
  ['nothing', { page: '/docs', vitals: [] }],
])('%s is refused', (_, report) => {
  expect(reportSchema.safeParse(report).success).toBe(false)
})

it('so many may report in a second, and no more', () => {
  let now = 0
  const mayReport = reportLimit(10, () => now)
  const tries = (count: number) => Array.from({ length: count }, mayReport).filter(Boolean).length
  expect(tries(100)).toBe(20)
  now = 500
  expect(tries(100)).toBe(5)
  now = 60_000
  expect(tries(100)).toBe(20)
})
