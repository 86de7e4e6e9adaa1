import { expect, it } from 'vitest'
import { cap, counter, histogram } from '../../catalogue/metric.ts'
import { metricsPage } from './metrics-page.ts'

const metrics = {
  tea_total: counter({
    unit: '{cup}',
    description: 'Cups poured.',
    labels: { kind: ['green', 'black'], guest: cap(7, 'guests') },
    source: 'app',
    services: ['api'],
  }),
  tea_seconds: histogram({ unit: 's', description: 'Time to pour.', labels: {}, buckets: [1, 5], source: 'app' }),
}
const panel = (expr: string) => ({ type: 'timeseries', targets: [{ refId: 'A', expr }] })
const page = metricsPage([{ title: 'Tea', metrics }], {
  dashboards: [
    { uid: 'tea', title: 'Tea time', panels: [panel('rate(tea_total[5m])'), panel('rate(green_tea_total[5m])')] },
  ],
  rules: [
    { alert: 'TeaSlow', expr: 'histogram_quantile(0.9, rate(tea_seconds_bucket[5m])) > 5' },
    { record: 'tea:rate5m', expr: 'sum(rate(tea_total[5m]))' },
    { record: 'other', expr: 'tea_total:rate' },
  ],
})

it('shows unit, labels with their values or cap, bounds and who emits it', () => {
  expect(page).toContain(
    '| `tea_total`<br>Cups poured. | counter | `{cup}` | `kind` (`green`, `black`)<br>`guest` (≤ 7: guests) | api |',
  )
  expect(page).toContain('| `tea_seconds`<br>Time to pour. | histogram<br>bounds 1, 5 | `s` |')
})

it('says where a metric is used, and takes no other name for it', () => {
  expect(page).toContain('| api | [Tea time](../dashboards/generated/operations/tea.json) (1 panel), `tea:rate5m` |')
  expect(page).toContain('| app | TeaSlow |')
})
