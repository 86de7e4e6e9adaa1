import { count, max, not, orZero, select, sum } from '../../catalogue/promql.ts'
import { stateTimeline } from '../gauges.ts'
import { leadsTo, type Row, row } from '../layout.ts'
import { noneExpected } from '../limits.ts'
import { toDashboard } from '../links.ts'
import { table } from '../lists.ts'
import { stat, timeseries } from '../panels.ts'

/** The alert that always fires, so that its absence tells that alerting is broken, is none that anybody looks for here. */
const heartbeat = 'DeadMansSwitch'
const alerts = select('ALERTS', { alertname: not(heartbeat) })
const firingNow = select('ALERTS', { alertname: not(heartbeat), alertstate: 'firing' })

const severity = (of: 'critical' | 'warning') =>
  orZero(count(select('ALERTS', { alertname: not(heartbeat), alertstate: 'firing', severity: of })))

/** What is wrong now, and what was. */
export const firing = (): Row =>
  leadsTo(
    row(
      'What is wrong?',
      [
        stat({
          title: 'Critical alerts',
          description:
            'That fire now. Each has paged somebody: the table below names it, its runbook is in the message. None while users complain: look at System Overview.',
          unit: 'short',
          decimals: 0,
          limits: noneExpected,
          queries: [{ expr: severity('critical'), legend: 'critical' }],
        }),
        stat({
          title: 'Warnings',
          description:
            'That fire now. They can wait for their hour, but not for ever: what fires for days is a task or a wrong threshold.',
          unit: 'short',
          decimals: 0,
          limits: { warning: 1, critical: 10, good: 'below' },
          queries: [{ expr: severity('warning'), legend: 'warnings' }],
        }),
        stat({
          title: 'About to fire',
          description:
            'Alerts whose expression is true, but not for long enough yet. Look at them first: you are faster than the page.',
          unit: 'short',
          decimals: 0,
          queries: [
            {
              expr: orZero(count(select('ALERTS', { alertname: not(heartbeat), alertstate: 'pending' }))),
              legend: 'pending',
            },
          ],
        }),
        stat({
          title: 'Dead man’s switch',
          description:
            'Fires always: rules are evaluated. No data: no alert can fire. The watcher outside raises the alarm when it hears nothing.',
          unit: 'short',
          states: { 1: ['fires', 'good'] },
          queries: [{ expr: max(select('ALERTS', { alertname: heartbeat, alertstate: 'firing' })), legend: 'fires' }],
        }),
      ],
      [
        table({
          title: 'Alerts now',
          height: 7,
          description:
            'Firing and pending. Begin with the critical one of the lowest P; others of the same subject often go away with it. Runbooks are named like the alerts.',
          by: [
            { label: 'alertname', title: 'Alert' },
            { label: 'alertstate', title: 'State' },
            { label: 'severity', title: 'Severity' },
            { label: 'priority', title: 'Priority' },
            { label: 'team', title: 'Team' },
          ],
          columns: [
            {
              title: 'Alerts',
              unit: 'short',
              expr: sum(alerts, ['alertname', 'alertstate', 'severity', 'priority', 'team']),
            },
          ],
        }),
        timeseries({
          title: 'Firing by team',
          height: 7,
          description:
            'How many alerts each team has, through time. One team’s line never reaches 0: its alerts are not acted upon; go through them in the weekly review.',
          unit: 'short',
          stacked: true,
          queries: [{ expr: sum(firingNow, ['team']), legend: '{{team}}' }],
        }),
      ],
      [
        stateTimeline({
          title: 'Which alerts fired when',
          height: 6,
          description:
            'A band for each alert while it fired. What begins first is often the cause; what comes and goes again and again needs another threshold or hold time.',
          queries: [{ expr: max(firingNow, ['alertname']), legend: '{{alertname}}' }],
          states: { 1: ['fires', 'bad'] },
        }),
      ],
    ),
    toDashboard('system-overview'),
    toDashboard('slos'),
  )
