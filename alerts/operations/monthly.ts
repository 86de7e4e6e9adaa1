import { add, cardinality, divide, increase, multiply, orZero, select, sum, topk } from '../../catalogue/promql.ts'
import { sloCompliance } from '../../catalogue/slo.ts'
import { metricsLook } from '../runbook.ts'
import { type Checklist, commandLook } from './checklist.ts'
import { prices } from './prices.ts'

const month = '30d'
const samples = sum(increase(select('prometheus_tsdb_head_samples_appended_total'), month))
const logBytes = sum(increase(select('loki_distributor_bytes_received_total'), month))
const spanBytes = sum(increase(select('tempo_distributor_bytes_received_total'), month))

const million = 1_000_000
const gigabyte = 1_000_000_000

const cost = {
  metrics: multiply(divide(samples, million), prices.millionSamples),
  logs: multiply(divide(logBytes, gigabyte), prices.gigabyteOfLogs),
  traces: multiply(divide(spanBytes, gigabyte), prices.gigabyteOfTraces),
}

export const monthly: Checklist = {
  title: 'Monthly',
  when: 'First Tuesday, by the platform team: an hour and a half.',
  checks: [
    {
      title: 'SLO compliance',
      looks: [
        metricsLook(
          'Which share of events was good over 30 days?',
          sloCompliance(),
          'Beside its target on the dashboard SLOs and Error Budgets. Below the target: what is next is reliability, not features.',
        ),
      ],
    },
    {
      title: 'Telemetry volume',
      looks: [
        metricsLook('How many samples were stored?', samples, 'In 30 days.'),
        metricsLook('How many bytes of logs were taken in?', logBytes, 'In 30 days.'),
        metricsLook('How many bytes of spans were taken in?', spanBytes, 'In 30 days; nothing where no Tempo runs.'),
        metricsLook(
          'Which metrics have the most series?',
          topk(10, cardinality()),
          'One that is not on last month’s list has a label too many.',
        ),
      ],
    },
    {
      title: 'Telemetry cost',
      looks: [
        metricsLook(
          'What did the metrics cost?',
          cost.metrics,
          `${prices.currency} in 30 days, at ${prices.millionSamples} for a million samples.`,
        ),
        metricsLook(
          'What did the logs cost?',
          cost.logs,
          `${prices.currency} in 30 days, at ${prices.gigabyteOfLogs} for a gigabyte.`,
        ),
        metricsLook(
          'What did the traces cost?',
          cost.traces,
          `${prices.currency} in 30 days, at ${prices.gigabyteOfTraces} for a gigabyte.`,
        ),
        metricsLook(
          'What did all of it cost?',
          add(add(cost.metrics, cost.logs), orZero(cost.traces)),
          'The prices stand in `alerts/operations/prices.ts`.',
        ),
      ],
    },
    {
      title: 'Dashboards and backups',
      looks: [
        commandLook(
          'Does every panel of every dashboard have data?',
          'npm run verify',
          'Exit 0. A panel that is empty is mended or removed.',
        ),
        commandLook(
          'Can the newest backup be restored?',
          'DATABASE_URL=postgres://…/an_empty_database npm run restore -- <backup>',
          'It prints the rows of each table; compare with `GET /api/monitoring/tables`.',
        ),
      ],
    },
  ],
}
