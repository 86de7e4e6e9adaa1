import { describe, expect, it } from 'vitest'
import { selectorsOf, selectorText, subtractsSeries } from './promql.ts'

describe('selectors of an expression', () => {
  it('are found inside functions, aggregations and operators', () => {
    const found = selectorsOf(
      'sum by (a) (rate(errors_total{job=~".+", status=~"5.."}[1m])) / sum(rate(all_total[5m])) or vector(0)',
    )
    expect(found).toEqual([
      {
        metric: 'errors_total',
        conditions: [
          { label: 'job', op: '=~', value: '.+' },
          { label: 'status', op: '=~', value: '5..' },
        ],
        range: '1m',
        call: 'rate',
      },
      { metric: 'all_total', conditions: [], range: '5m', call: 'rate' },
    ])
  })
  it('keep their function under @ end()', () => {
    expect(selectorsOf('topk(8, sum by (a) (increase(x_total{b!="c"}[3600s] @ end())))')).toEqual([
      { metric: 'x_total', conditions: [{ label: 'b', op: '!=', value: 'c' }], range: '3600s', call: 'increase' },
    ])
  })
  it('have neither range nor function when they are instant', () => {
    expect(selectorsOf('1 - slo:bad:rate30d{slo="a"} / (up > 0)')).toEqual([
      { metric: 'slo:bad:rate30d', conditions: [{ label: 'slo', op: '=', value: 'a' }] },
      { metric: 'up', conditions: [] },
    ])
  })
  it('read escaped values and write them again', () => {
    const [found] = selectorsOf('x{a=~"/a\\\\.b|\\"c\\""}')
    expect(found?.conditions[0]?.value).toBe('/a\\.b|"c"')
    expect(found && selectorText(found)).toBe('x{a=~"/a\\\\.b|\\"c\\""}')
    expect(selectorText({ metric: 'up', conditions: [] })).toBe('up')
  })
})

it('knows an expression that subtracts series', () => {
  expect(subtractsSeries('sum(a unless topk(3, a))')).toBe(true)
  expect(subtractsSeries('a and topk(3, a)')).toBe(false)
})
