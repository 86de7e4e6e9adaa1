import { describe, expect, it } from 'vitest'
import { seconds } from './intervals.ts'
import { histogram } from './metric.ts'
import { series } from './series.ts'
import { ratioSlo } from './slo.ts'

describe('a histogram', () => {
  it('refuses bounds that do not ascend', () => {
    expect(() =>
      histogram({ unit: 's', description: 'Broken.', labels: {}, buckets: [0.1, 0.1], source: 'app' }),
    ).toThrow('bucket bounds must ascend: 0.1')
  })
})

describe('every series', () => {
  it('has a name that Prometheus takes, ending as Prometheus advises for its type', () => {
    for (const [name, metric] of Object.entries(series)) {
      expect(name).toMatch(/^[a-zA-Z_][a-zA-Z0-9_]*$/)
      // The collector and the kernel's own names end otherwise.
      if (metric.type === 'counter' && metric.source === 'app') expect(name).toMatch(/_total$/)
    }
  })
  it('has a description that is a sentence, and labels that Prometheus takes', () => {
    for (const metric of Object.values(series)) {
      expect(metric.description).toMatch(/^\S.*\.$/)
      for (const label of Object.keys(metric.labels)) expect(label).toMatch(/^[a-zA-Z_][a-zA-Z0-9_]*$/)
    }
  })
})

describe('the objectives of the service guide are bucket bounds', () => {
  it.each([
    ['http_request_duration_seconds', [0.2, 0.5, 5]],
    ['database_query_duration_seconds', [0.05, 0.1, 0.5]],
    ['job_processing_duration_seconds', [30, 60]],
  ] as const)('%s', (name, bounds) => {
    expect(series[name].buckets).toEqual(expect.arrayContaining([...bounds]))
  })
})

describe('an objective', () => {
  it('of 100 % is refused, since it leaves no budget', () => {
    const whole = {
      title: 'All',
      description: '',
      words: { events: 'requests', bad: 'fail' },
      countedBy: ['api'],
      counter: 'http_requests_total',
      total: {},
      bad: { status: '500' },
      target: 1,
      critical: 0.5,
      window: '30d',
    } as const
    expect(() => ratioSlo(whole)).toThrow('the target must lie between 0 and 1, not 1')
  })
})

describe('a duration', () => {
  it.each([
    ['500ms', 0.5],
    ['5s', 5],
    ['30m', 1800],
    ['35d', 3_024_000],
  ])('%s is %d s', (text, expected) => expect(seconds(text)).toBe(expected))
  it('without a unit is refused', () => {
    expect(() => seconds('30')).toThrow('write 30s')
  })
})
