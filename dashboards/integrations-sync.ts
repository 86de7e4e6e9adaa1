import { rate, select, sum, variable } from '../catalogue/promql.ts'
import type { Dashboard } from './dashboard.ts'
import { row } from './layout.ts'
import { stat } from './panels.ts'
import { scope } from './variables.ts'

export const integrationsSync: Dashboard = {
  uid: 'integrations-sync',
  description: 'Integrations and Sync.',
  tags: ['integrations'],
  rows: [
    row('Now', [
      stat({
        title: 'Sync jobs',
        description: 'None: read the log of the process that should be there, then restart it.',
        unit: 'ops',
        queries: [
          {
            expr: sum(
              rate(
                select('sync_jobs_total', {
                  ...scope,
                  tenant_id: variable('tenant'),
                  integration_id: variable('integration'),
                }),
                '$__rate_interval',
              ),
            ),
            legend: 'sync jobs',
          },
        ],
      }),
    ]),
  ],
}
