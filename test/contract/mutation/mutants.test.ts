import { describe, expect, it } from 'vitest'
import { mutationsOf, times } from './mutants.ts'

const made = (rule: Parameters<typeof mutationsOf>[0], recorded: readonly string[] = []) =>
  mutationsOf(rule, (name) => recorded.includes(name)).map(({ what, rule }) => [what, rule])
const expressions = (expr: string, recorded: readonly string[] = []) =>
  mutationsOf({ alert: 'A', expr }, (name) => recorded.includes(name)).map(({ what, rule }) => `${what}: ${rule.expr}`)

describe('mutants of an expression', () => {
  it('move a threshold by a twentieth, and turn its comparison to the neighbour and to the opposite', () => {
    expect(expressions('a > 1000')).toEqual([
      '> 1000 → >=: a >= 1000',
      '> 1000 → <: a < 1000',
      '> 1000 → 1050: a > 1050',
      '> 1000 → 950: a > 950',
    ])
    expect(expressions('a < 0.1').at(-2)).toBe('< 0.1 → 0.105: a < 0.105')
  })

  it('move a threshold of 0 by one', () => {
    expect(expressions('up == 0')).toEqual(['== 0 → !=: up != 0', '== 0 → 1: up == 1', '== 0 → -1: up == -1'])
  })

  it('move a factor, but not the 0 that makes a zero of a series', () => {
    expect(expressions('a * 3600')).toEqual(['* 3600 → 3780: a * 3780', '* 3600 → 3420: a * 3420'])
    expect(expressions('a or b * 0')).toEqual([])
  })

  it('double and halve each window and offset by itself', () => {
    expect(expressions('rate(a[5m]) / rate(b[5m] offset 1h)')).toEqual([
      '[5m] → 600s: rate(a[600s]) / rate(b[5m] offset 1h)',
      '[5m] → 150s: rate(a[150s]) / rate(b[5m] offset 1h)',
      'second [5m] → 600s: rate(a[5m]) / rate(b[600s] offset 1h)',
      'second [5m] → 150s: rate(a[5m]) / rate(b[150s] offset 1h)',
      '1h → 7200s: rate(a[5m]) / rate(b[5m] offset 7200s)',
      '1h → 1800s: rate(a[5m]) / rate(b[5m] offset 1800s)',
    ])
  })

  it('read the recorded series over the next window, where there is one', () => {
    expect(expressions('slo:bad_events:rate1h{slo="5m"}', ['slo:bad_events:rate30m'])).toEqual([
      'slo:bad_events:rate1h → slo:bad_events:rate30m: slo:bad_events:rate30m{slo="5m"}',
    ])
  })
})

it('mutants double, halve and remove how long it must be true, and goes on', () => {
  const rule = { alert: 'A', expr: 'a', for: '5m', keep_firing_for: '1m' }
  expect(made(rule)).toEqual([
    ['for 5m → 600s', { ...rule, for: '600s' }],
    ['for 5m → 150s', { ...rule, for: '150s' }],
    ['for 5m → none', { alert: 'A', expr: 'a', keep_firing_for: '1m' }],
    ['keep_firing_for 1m → 120s', { ...rule, keep_firing_for: '120s' }],
    ['keep_firing_for 1m → 30s', { ...rule, keep_firing_for: '30s' }],
    ['keep_firing_for 1m → none', { alert: 'A', expr: 'a', for: '5m' }],
  ])
})

it('durations are multiplied', () => {
  expect([times('5m', 0.5), times('1d', 2), times('5s', 0.5)]).toEqual(['150s', '172800s', '2500ms'])
  expect(() => times('5 minutes', 2)).toThrow('not a duration: "5 minutes"')
})
