import { count, select } from '../catalogue/promql.ts'
import type { Dashboard } from './dashboard.ts'
import { row } from './layout.ts'
import { stat } from './panels.ts'
import { scope } from './variables.ts'

export const runtimeHost: Dashboard = {
  uid: 'runtime-host',
  description: 'Runtime and Host.',
  tags: ['host'],
  rows: [
    row('Now', [
      stat({
        title: 'Targets',
        description: 'None: read the log of the process that should be there, then restart it.',
        unit: 'short',
        queries: [{ expr: count(select('up', scope)), legend: 'targets' }],
      }),
    ]),
  ],
}
