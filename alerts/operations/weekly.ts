import {
  divide,
  earlier,
  greater,
  increase,
  instant,
  max,
  maxOverTime,
  minOverTime,
  quantile,
  ratio,
  select,
  sum,
  timesBegun,
  timesLasting,
} from '../../catalogue/promql.ts'
import { userRequests } from '../../catalogue/slo.ts'
import { metricsLook, sqlLook } from '../runbook.ts'
import { largestTables, slowStatements } from '../sql.ts'
import { type Checklist, commandLook } from './checklist.ts'

const week = '7d'
const firing = select('ALERTS', { alertstate: 'firing' })

export const weekly: Checklist = {
  title: 'Weekly',
  when: 'Mondays, by the teams’ leads together: three quarters of an hour.',
  checks: [
    {
      title: 'Trends',
      looks: [
        metricsLook(
          'How many requests did users send, by endpoint?',
          sum(increase(select('http_requests_total', userRequests), week), ['endpoint']),
          'Compare with the week before: set the time of the query back by seven days.',
        ),
        metricsLook(
          'How slow were they, at the 95th percentile?',
          quantile(0.95, select('http_request_duration_seconds', userRequests), week, ['endpoint']),
          'Seconds. One that doubled within a week is looked into before it alerts.',
        ),
        sqlLook('Which statements cost most time?', slowStatements, 'A new one on top came with a release.'),
      ],
    },
    {
      title: 'Capacity',
      looks: [
        metricsLook(
          'How little free disk was there at the worst moment, in percent?',
          minOverTime(select('disk_free_percent'), week),
          'Below 30: plan the next disk.',
        ),
        metricsLook(
          'How busy were the hosts at the worst moment, in percent?',
          maxOverTime(select('cpu_usage_percent'), week),
          'Above 70 for hours: plan the next host.',
        ),
        metricsLook(
          'How large did the processes grow?',
          maxOverTime(select('process_resident_memory_bytes'), week),
          'Bytes. Higher each week at the same traffic is a leak.',
        ),
        metricsLook(
          'How long did the queues get?',
          maxOverTime(select('queue_depth'), week),
          'Near the thresholds of QueueBacklog: more workers, or fewer jobs.',
        ),
        sqlLook('Which tables are the largest?', largestTables, 'Many dead rows: autovacuum does not keep up.'),
      ],
    },
    {
      title: 'Thresholds',
      looks: [
        metricsLook(
          'Which alerts fired more than three times?',
          greater(sum(timesBegun(firing, week), ['alertname']), 3),
          'Mend the cause, or the threshold, this week.',
        ),
        metricsLook(
          'How often did each last for ten minutes or more?',
          sum(timesLasting(firing, '10m', week), ['alertname']),
          'Much less than it fired: its `for` is too short, nobody could act in time.',
        ),
      ],
    },
    {
      title: 'The monitoring itself',
      looks: [
        metricsLook(
          'Did the collector lose or refuse anything?',
          greater(sum(increase(select('telemetry_dropped_total'), week), ['service', 'signal']), 0),
          'Nothing is right.',
        ),
        metricsLook(
          'Did rules fail?',
          greater(sum(increase(select('prometheus_rule_evaluation_failures_total'), week)), 0),
          'Nothing is right.',
        ),
        metricsLook(
          'Were evaluations missed?',
          greater(sum(increase(select('prometheus_rule_group_iterations_missed_total'), week)), 0),
          'Nothing is right: otherwise Prometheus is too busy.',
        ),
        metricsLook(
          'How long does Prometheus evaluate, as a share of its interval?',
          max(
            ratio(
              select('prometheus_rule_group_last_duration_seconds'),
              select('prometheus_rule_group_interval_seconds'),
            ),
          ),
          'Below 0.05.',
        ),
        metricsLook(
          'How did the number of series change?',
          divide(
            sum(instant(select('prometheus_tsdb_head_series'))),
            sum(earlier(select('prometheus_tsdb_head_series'), week)),
          ),
          'Above 1.3: a label grew. Telemetry Pipeline shows which.',
        ),
        commandLook(
          'Does a notification still arrive?',
          'scripts/test-alert.sh warning "Weekly test" platform',
          'Each way is `told` and `over`.',
        ),
      ],
    },
  ],
}
