import { max, minutesThere, not, select, sum, timesBegun, topk } from '../../catalogue/promql.ts'
import { barGauge } from '../gauges.ts'
import { leadsTo, type Row, row } from '../layout.ts'
import { toDashboard } from '../links.ts'
import { table } from '../lists.ts'
import { timeseries } from '../panels.ts'
import { scope } from '../variables.ts'

const fired = select('ALERTS', { alertname: not('DeadMansSwitch'), alertstate: 'firing' })

/** For the monthly review: an alert that nobody acts upon teaches people to ignore alerts. */
export const effectiveness = (): Row =>
  leadsTo(
    row('Are they worth it?', [
      table({
        title: 'How often each alert fired',
        description:
          'In the time shown; choose 30 days for the review. Often and briefly: raise threshold or hold time; for hours on end: nobody acts, so mend the cause or take the alert away.',
        by: [
          { label: 'alertname', title: 'Alert' },
          { label: 'severity', title: 'Severity' },
          { label: 'team', title: 'Team' },
        ],
        columns: [
          { title: 'Times', unit: 'short', expr: sum(timesBegun(fired), ['alertname', 'severity', 'team']) },
          { title: 'Minutes', unit: 'short', expr: sum(minutesThere(fired), ['alertname', 'severity', 'team']) },
        ],
      }),
      barGauge({
        title: 'Subjects that cost the most time',
        description:
          'Minutes for which alerts of a subject fired in the time shown, the ten with the most. The first of them is the next thing to make reliable.',
        unit: 'short',
        decimals: 0,
        queries: [{ expr: topk(10, sum(minutesThere(fired), ['subject'])), legend: '{{subject}}', instant: true }],
      }),
      barGauge({
        title: 'Pages by team',
        description:
          'How often critical alerts of each team began in the time shown. More than two a shift are too many to be treated well: reliability before features.',
        unit: 'short',
        decimals: 0,
        queries: [
          {
            expr: sum(
              timesBegun(
                select('ALERTS', { alertname: not('DeadMansSwitch'), alertstate: 'firing', severity: 'critical' }),
              ),
              ['team'],
            ),
            legend: '{{team}}',
            instant: true,
          },
        ],
      }),
      timeseries({
        title: 'Live alerts of the operations page',
        description:
          'Raised from the snapshots every two seconds, by type; they page nobody. One that is always there says that its bound does not fit this host.',
        unit: 'short',
        queries: [{ expr: max(select('live_alerts_active', scope), ['type']), legend: '{{type}}' }],
      }),
    ]),
    toDashboard('slos'),
  )
