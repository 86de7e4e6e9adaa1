import { max, select, sum, variable } from '../catalogue/promql.ts'
import type { Dashboard } from './dashboard.ts'
import { row } from './layout.ts'
import { stat } from './panels.ts'
import { scope } from './variables.ts'

export const webhooksJobsQueues: Dashboard = {
  uid: 'webhooks-jobs-queues',
  description: 'Webhooks, Jobs and Queues.',
  tags: ['jobs'],
  rows: [
    row('Now', [
      stat({
        title: 'Jobs waiting',
        description: 'None: read the log of the process that should be there, then restart it.',
        unit: 'short',
        queries: [
          {
            expr: sum(max(select('queue_depth', { ...scope, queue_name: variable('queue') }), ['queue_name'])),
            legend: 'jobs waiting',
          },
        ],
      }),
    ]),
  ],
}
