import { logs } from '../../catalogue/logql.ts'
import {
  equal,
  greater,
  increase,
  matches,
  max,
  min,
  minutesThere,
  select,
  share,
  subtract,
  sum,
  time,
  timesBegun,
} from '../../catalogue/promql.ts'
import { userRequests } from '../../catalogue/slo.ts'
import { logsLook, metricsLook, sqlLook } from '../runbook.ts'
import { deadLetters, failedSyncs, lastBackups } from '../sql.ts'
import { type Checklist, commandLook } from './checklist.ts'

const firing = select('ALERTS', { alertstate: 'firing' })
const night = '12h'

export const daily: Checklist = {
  title: 'Daily',
  when: 'Each working day at nine, by whoever takes over the call: a quarter of an hour.',
  checks: [
    {
      title: 'Overnight alerts',
      looks: [
        metricsLook(
          'Which alerts fired in the last twelve hours, how often, and for how many minutes?',
          sum(timesBegun(firing, night), ['alertname', 'priority', 'team']),
          'Each that paged somebody has an incident in PagerDuty with a note. One without is asked about today.',
        ),
        metricsLook(
          'For how many minutes did each fire?',
          sum(minutesThere(firing, night), ['alertname']),
          'Minutes, all series of an alert together.',
        ),
        metricsLook(
          'Which still fire?',
          max(firing, ['alertname', 'subject', 'team']),
          'Each has an owner who knows of it.',
        ),
        commandLook(
          'What is silenced, until when, and why?',
          'amtool --alertmanager.url=http://127.0.0.1:9093 silence query',
          'A silence that outlived its reason is expired: `amtool silence expire <id>`.',
        ),
      ],
    },
    {
      title: 'Error rates',
      looks: [
        metricsLook(
          'Which share of users’ requests failed in the last twelve hours?',
          share(
            sum(increase(select('http_requests_total', { ...userRequests, status: matches('5..') }), night)),
            sum(increase(select('http_requests_total', userRequests), night)),
          ),
          'Above 0.001 the availability objective lost budget over night: find the endpoint on the dashboard API Performance.',
        ),
        metricsLook(
          'Which kinds of errors appeared for the first time?',
          sum(increase(select('error_groups_new_total'), night), ['service']),
          'More than none: `GET /api/monitoring/error-groups` lists them, the newest first.',
        ),
        logsLook(
          'What do the errors say?',
          logs({ service_name: 'api' }, { severity_text: 'error' }),
          'Group by message; each line opens its trace.',
        ),
        metricsLook(
          'Are there jobs that were given up?',
          greater(max(select('queue_dead_letters'), ['queue_name']), 0),
          'Each is work that a customer waits for. The reasons are in the next query.',
        ),
        sqlLook('Why were they given up?', deadLetters, 'Mend the reason, then send them again.'),
        sqlLook('Which synchronizations failed?', failedSyncs, '`error_kind` leads to the provider or to us.'),
      ],
    },
    {
      title: 'Backup completion',
      looks: [
        metricsLook(
          'How many seconds ago did the last backup succeed?',
          subtract(time(), max(select('backup_last_success_timestamp_seconds'))),
          'Below 93600 (26 hours). Nothing at all: none ever succeeded, or the worker does not run.',
        ),
        sqlLook(
          'What became of the last backups?',
          lastBackups,
          'One a night, `succeeded`, each about as large as the one before.',
        ),
      ],
    },
    {
      title: 'Security alerts',
      looks: [
        metricsLook(
          'What happened at the doors?',
          sum(increase(select('security_events_total'), night), ['type']),
          'Bursts of failed sign-ins and wrong signatures are looked into on the day; the dashboard Security says from where.',
        ),
      ],
    },
    {
      title: 'Notifications and dependencies',
      looks: [
        metricsLook(
          'Was every notification delivered?',
          greater(sum(increase(select('alertmanager_notifications_failed_total'), '1d'), ['integration', 'reason']), 0),
          'Nothing is right. Otherwise somebody was not told: send a test alert by that way.',
        ),
        metricsLook(
          'Which dependencies are down?',
          equal(min(select('dependency_up'), ['dependency']), 0),
          'Nothing is right.',
        ),
        metricsLook(
          'How full is the fullest disk, in percent?',
          subtract(100, min(select('disk_free_percent'))),
          'Above 80 DiskSpaceLow fires in business hours.',
        ),
        metricsLook(
          'How loaded are the hosts, in percent?',
          max(select('cpu_usage_percent'), ['instance']),
          'At this hour: compare with yesterday’s.',
        ),
      ],
    },
  ],
}
