import { expect, it } from 'vitest'
import { given, givenWithin, growing } from './scenario.ts'

it('writes a counter stretch after stretch', () => {
  expect(growing({ each: 2, steps: 3 })).toBe('2+2x2')
  expect(growing({ each: 2, steps: 3 }, { each: 0, steps: 2 }, { each: 5, steps: 2 })).toBe('2+2x2 6x1 11+5x1')
})

it('begins again at 0 where a process does', () => {
  expect(growing({ each: 2, steps: 3 }, { each: 1, steps: 3, from: 0 })).toBe('2+2x2 0+1x2')
})

it('writes series as Prometheus names them', () => {
  expect(given('up', { service: 'api' }, '0x9')).toEqual({ series: 'up{service="api"}', values: '0x9' })
  expect(
    givenWithin('http_request_duration_seconds', { method: 'GET' }, 0.2, { within: '0+1x9', all: '0+2x9' }),
  ).toEqual([
    { series: 'http_request_duration_seconds_bucket{method="GET", le="0.2"}', values: '0+1x9' },
    { series: 'http_request_duration_seconds_count{method="GET"}', values: '0+2x9' },
  ])
})

it('lets no unknown label or value into a scenario', () => {
  // @ts-expect-error a label that the metric has not
  given('up', { endpoint: '/' }, '1')
  // @ts-expect-error a queue that does not exist
  given('queue_depth', { queue_name: 'emails' }, '1')
  // @ts-expect-error no bound of the histogram
  givenWithin('http_request_duration_seconds', {}, 0.3, { within: '1', all: '1' })
})
