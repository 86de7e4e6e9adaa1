import { expect, test } from 'vitest'
import { css } from './colours.ts'
import { absoluteSteps, fieldOf, show } from './fields.ts'

const upOrDown = {
  mappings: [
    { type: 'value', options: { 1: { text: 'up', color: 'green' }, 0: { text: 'down', color: 'red' } } },
    { type: 'range', options: { from: 10, to: null, result: { text: 'many' } } },
    { type: 'special', options: { match: 'null+nan', result: { text: 'nothing heard', color: 'text' } } },
    { type: 'regex', options: { pattern: '/^v\\d/', result: { text: 'a version' } } },
  ],
}

test.for([
  [1, 'up', 'green'],
  [0, 'down', 'red'],
  [12, 'many', undefined],
  [2, '2', undefined],
  [null, 'nothing heard', 'text'],
  [Number.NaN, 'nothing heard', 'text'],
  ['v12', 'a version', undefined],
  ['x', 'x', undefined],
] as const)('%s is mapped to %s', ([value, text, color]) => {
  expect(show(value, upOrDown)).toEqual({ text, color })
})

test('a value takes the colour of the threshold that it has reached', () => {
  const steps = [
    { value: null, color: 'red' },
    { value: 0.995, color: 'orange' },
    { value: 0.999, color: 'green' },
  ]
  const field = { unit: 'percentunit', decimals: 1, color: { mode: 'thresholds' }, thresholds: { steps } }
  expect([0.9949, 0.995, 0.999].map((value) => show(value, field).color)).toEqual(['red', 'orange', 'green'])
})

test('thresholds in percent lie between the ends of the scale', () => {
  const thresholds = {
    mode: 'percentage',
    steps: [
      { value: null, color: 'green' },
      { value: 80, color: 'red' },
    ],
  }
  expect(absoluteSteps({ min: 100, max: 200, thresholds }).map(({ value }) => value)).toEqual([null, 180])
})

test('overrides match by name, pattern, query and type; the last one wins', () => {
  const config = {
    defaults: { unit: 's', custom: { lineWidth: 1 } },
    overrides: [
      { matcher: { id: 'byRegexp', options: '/^api\\b/' }, properties: [{ id: 'unit', value: 'ms' }] },
      {
        matcher: { id: 'byFrameRefID', options: 'B' },
        properties: [{ id: 'custom.lineStyle', value: { dash: [4, 8] } }],
      },
      { matcher: { id: 'byName', options: 'api x' }, properties: [{ id: 'unit', value: 'bytes' }] },
      { matcher: { id: 'byType', options: 'string' }, properties: [{ id: 'unit', value: 'none' }] },
      { matcher: { id: 'byRegexp', options: '/(/' }, properties: [{ id: 'unit', value: 'never' }] },
    ],
  }
  expect(fieldOf(config, { name: 'apis' }).unit).toBe('s')
  expect(fieldOf(config, { name: 'api y' }).unit).toBe('ms')
  expect(fieldOf(config, { name: 'api x' }).unit).toBe('bytes')
  expect(fieldOf(config, { name: 'x', type: 'string' }).unit).toBe('none')
  expect(fieldOf(config, { name: 'x', refId: 'B' }).custom).toEqual({ lineWidth: 1, lineStyle: { dash: [4, 8] } })
})

test('colours by Grafana’s names; on light ground a shade darker', () => {
  expect(css('super-light-blue')).toBe('#c0d8ff')
  expect(css('super-light-blue', false)).toBe('#8ab8ff')
  expect(css('dark-red', false)).toBe('#c4162a')
  expect(css('#123456')).toBe('#123456')
  expect(css(undefined)).toBe('#8e8e8e')
})
