import { expect, it } from 'vitest'
import { slos } from '../../catalogue/slo.ts'
import { sloProblems } from './check.ts'

it('the objectives of the catalogue are sound', () => {
  expect(Object.entries(slos).flatMap(([id, slo]) => sloProblems(id, slo))).toEqual([])
})

it('refuses an objective of 100 %', () => {
  expect(sloProblems('all', { target: 1, window: '30d' })).toEqual([
    'all: an objective of 100 % leaves no error budget; it must lie between 0 % and 100 %',
  ])
})

it('refuses a tier that can never fire', () => {
  expect(sloProblems('low', { target: 0.9, window: '30d' })).toEqual([
    'low: 14.4 times the budget over 1h can never be exceeded at a target of 90 %: 144 % of the events would have to be bad',
  ])
})

it('refuses windows beyond what Prometheus keeps', () => {
  expect(sloProblems('long', { target: 0.99, window: '90d' })).toEqual([
    'long: the window of 90d reaches beyond the 35d that Prometheus keeps',
  ])
  expect(sloProblems('long', { target: 0.99, window: '30d' }, [{ factor: 1, long: '40d' }])).toEqual([
    'long: the window of 40d reaches beyond the 35d that Prometheus keeps',
  ])
})

it('refuses a critical level that is stricter than the target', () => {
  expect(sloProblems('share', { target: 0.98, critical: 0.99, window: '30d' })).toEqual([
    'share: the critical level of 99 % is no laxer than the target of 98 %',
  ])
  expect(sloProblems('share', { target: 0.98, critical: 0.98, window: '30d' })).toHaveLength(1)
  expect(sloProblems('share', { target: 0.98, critical: 0.97, window: '30d' })).toEqual([])
  expect(sloProblems('bound', { target: 0.95, objective: 2, critical: 1, window: '30d' })).toEqual([
    'bound: the critical level of 1 s is no laxer than the objective of 2 s',
  ])
  expect(sloProblems('bound', { target: 0.95, objective: 2, critical: 4, window: '30d' })).toEqual([])
})
