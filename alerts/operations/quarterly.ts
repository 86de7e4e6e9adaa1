import {
  divide,
  earlier,
  increase,
  instant,
  max,
  maxOverTime,
  minutesThere,
  select,
  sum,
  timesBegun,
  timesLasting,
} from '../../catalogue/promql.ts'
import { metricsLook, sqlLook } from '../runbook.ts'
import { administrators, keptAlerts, largestTables } from '../sql.ts'
import { type Checklist, commandLook } from './checklist.ts'

const month = '30d'
const firing = select('ALERTS', { alertstate: 'firing' })

export const quarterly: Checklist = {
  title: 'Quarterly',
  when: 'First week of a quarter, by the head of engineering with the teams’ leads: half a day.',
  checks: [
    {
      title: 'Audit',
      looks: [
        sqlLook(
          'Who is an administrator, and when were they last here?',
          administrators,
          'Whoever left, or has not signed in for a quarter, loses the role.',
        ),
        metricsLook(
          'What was refused at the doors?',
          sum(increase(select('security_events_total'), month), ['type']),
          'In 30 days, which is as far as metrics reach with a margin; the reports of the months before are in the tickets.',
        ),
        commandLook(
          'Do secrets stand anywhere but in files?',
          'git grep -nIE "hooks[.]slack[.]com/services/|BEGIN [A-Z ]*PRIVATE KEY" || echo none',
          'none. Change each secret that is older than a year.',
        ),
      ],
    },
    {
      title: 'Runbooks',
      looks: [
        commandLook('Is each page what is generated?', 'npm run build -- --check', 'Exit 0.'),
        commandLook(
          'When was each page last thought about?',
          "git log -1 --format='%as  %s' -- alerts/runbooks/README.md alerts/rules",
          'Each page whose alert fired this quarter is read by somebody who was called: what was missing is added to its alert in `alerts/rules/`.',
        ),
      ],
    },
    {
      title: 'Alert effectiveness',
      looks: [
        metricsLook(
          'How often did each alert fire?',
          sum(timesBegun(firing, month, '5m'), ['alertname', 'priority', 'team']),
          'In 30 days.',
        ),
        metricsLook(
          'How often did it last long enough to act upon, ten minutes?',
          sum(timesLasting(firing, '10m', month, '5m'), ['alertname']),
          'The others ended before anybody could do anything.',
        ),
        metricsLook(
          'For how many of 30 days’ five-minute steps did it fire?',
          sum(minutesThere(firing, month, '5m'), ['alertname']),
          'One that fires most of the time is no alert any more.',
        ),
        sqlLook(
          'How often was each told to the webhook, and how long did it last?',
          keptAlerts,
          'From the database of the CRM itself, which also keeps those of its live page.',
        ),
        commandLook(
          'How often was it acted upon?',
          `amtool --alertmanager.url=http://127.0.0.1:9093 silence query --expired --within=720h -o json |
  node -e 'const all = JSON.parse(require("fs").readFileSync(0)); const by = {};
    for (const { matchers } of all) for (const { name, value } of matchers) if (name === "alertname") by[value] = (by[value] ?? 0) + 1;
    console.table(by)'`,
          'Whoever works on an alert silences it with the number of the incident as comment, so silences by alert are actions by alert; add the incidents that were acknowledged in PagerDuty (its report "Incidents by service"). Acted upon in less than half of its firings: change its threshold, or remove it.',
        ),
      ],
    },
    {
      title: 'Capacity planning',
      looks: [
        metricsLook(
          'By what factor did the database’s tables grow in 30 days?',
          divide(
            sum(instant(select('database_table_size_bytes'))),
            sum(earlier(select('database_table_size_bytes'), month)),
          ),
          'To the third power it is a quarter’s growth: does the disk bear the next two?',
        ),
        sqlLook('Which tables are the largest?', largestTables, 'What may be deleted earlier, or moved?'),
        metricsLook(
          'How many users were active at once?',
          max(maxOverTime(select('active_users_total'), month)),
          'In the busiest workspace.',
        ),
        metricsLook(
          'How many database connections were used at the worst moment?',
          max(maxOverTime(select('database_connections_active'), month)),
          'Of 100 by default.',
        ),
        commandLook('What does the system bear?', 'npm run load -- --soak', 'Each figure stands beside its limit.'),
      ],
    },
    {
      title: 'The way of an alert',
      looks: [
        commandLook(
          'Is everyone told, at each priority?',
          'for priority in P1 P2 P3 P4; do scripts/test-escalation.sh $priority; done',
          'In PagerDuty let P1 go unanswered once: the second on call is called after 15 minutes.',
        ),
        commandLook(
          'How long does it take from a fault to somebody’s telephone?',
          'npm run bench:alerts',
          'Within the alert’s `for` and 45 seconds.',
        ),
      ],
    },
  ],
}
