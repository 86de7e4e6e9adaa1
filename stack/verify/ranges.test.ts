import { expect, it } from 'vitest'
import type { Dashboard } from '../queries/dashboards.ts'
import { fakePrometheus } from './fake-prometheus.ts'
import { rangeChecks } from './ranges.ts'

const dashboardOf = (...exprs: string[]): Dashboard => ({
  uid: 'test',
  title: 'Test',
  panels: [
    {
      type: 'timeseries',
      title: 'Panel',
      targets: exprs.map((expr) => ({ datasource: { type: 'prometheus' }, expr })),
    },
    { type: 'table', title: 'Traces', targets: [{ datasource: { type: 'tempo' }, query: '{}' }] },
  ],
})

const find = async (...exprs: string[]) => {
  await using prometheus = await fakePrometheus({ query: () => 1 })
  const checks = rangeChecks([dashboardOf(...exprs)], { prometheus: prometheus.url })
  const findings = await Promise.all(checks.map((check) => check.run(new AbortController().signal)))
  return { names: checks.map(({ name }) => name), findings, asked: prometheus.asked }
}

it('asks every query over each range, with windows that fit it', async () => {
  const { names, findings, asked } = await find('increase(x_total[$__range])')
  expect(names).toEqual(['Test over 15m', 'Test over 24h', 'Test over 30d'])
  expect(findings).toEqual([{ state: 'ok' }, { state: 'ok' }, { state: 'ok' }])
  expect(asked.sort()).toEqual(['increase(x_total[2592000s])', 'increase(x_total[86400s])', 'increase(x_total[900s])'])
})

it('says which panel is refused, and why; others are asked nevertheless', async () => {
  const { findings, asked } = await find('x !!', 'y')
  expect(findings[0]).toEqual({ state: 'error', note: 'Panel: parse error: unexpected "!!" (x !!)' })
  expect(asked.filter((query) => query === 'y')).toHaveLength(3)
})
