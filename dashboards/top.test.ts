import { expect, it } from 'vitest'
import { increaseShown, max, maxShown, rate, select, sum } from '../catalogue/promql.ts'
import { topAndOthers } from './top.ts'

const requests = select('http_requests_total')

it('the largest of the whole time shown keep their names, and the others are summed', () => {
  const queries = topAndOthers(
    sum(rate(requests, '$__rate_interval'), ['endpoint']),
    sum(increaseShown(requests), ['endpoint']),
    { legend: '{{endpoint}}' },
  )
  const largest = 'topk(8, sum by (endpoint) (increase(http_requests_total[$__range] @ end())))'
  const each = 'sum by (endpoint) (rate(http_requests_total[$__rate_interval]))'
  expect(queries.map(({ expr, legend }) => [legend, expr.text])).toEqual([
    ['{{endpoint}}', `${each} and ${largest}`],
    ['others', `sum(${each} unless ${largest})`],
  ])
})

it('of what cannot be added, the worst of the others is shown', () => {
  const users = select('active_users_total')
  const [, others] = topAndOthers(max(users, ['workspace']), max(maxShown(users), ['workspace']), {
    legend: '{{workspace}}',
    others: 'max',
    shown: 3,
  })
  expect([others?.legend, others?.expr.text]).toEqual([
    'worst of the others',
    'max(max by (workspace) (active_users_total) unless topk(3, max by (workspace) (max_over_time(active_users_total[$__range] @ end()))))',
  ])
})
