import { cardinality, increaseShown, max, maxShown, rate, ratio, select, sum, topk } from '../../catalogue/promql.ts'
import { type Row, row } from '../layout.ts'
import { memoryLimits, noneExpected } from '../limits.ts'
import { table } from '../lists.ts'
import { timeseries } from '../panels.ts'
import { topAndOthers } from '../top.ts'
import { scope } from '../variables.ts'

const window = '$__rate_interval'
const duration = select('prometheus_rule_group_last_duration_seconds', scope)
const interval = select('prometheus_rule_group_interval_seconds', scope)
const failures = select('prometheus_rule_evaluation_failures_total', scope)
const missed = select('prometheus_rule_group_iterations_missed_total', scope)

/** Prometheus: how much it keeps, and of what. */
export const metricsStore = (): Row =>
  row(
    'Prometheus: what it keeps',
    [
      timeseries({
        title: 'Series',
        description:
          'In memory. A ramp that never falls: values of a label that are used once (ids); the table below names the metric. A step: a process more.',
        unit: 'short',
        queries: [{ expr: sum(select('prometheus_tsdb_head_series', scope), ['instance']), legend: '{{instance}}' }],
      }),
      timeseries({
        title: 'Samples stored',
        description:
          'Per second. Series divided by five seconds: half of it missing, and a target is not scraped; twice as many, and somebody scrapes more often.',
        unit: 'ops',
        queries: [
          {
            expr: sum(rate(select('prometheus_tsdb_head_samples_appended_total', scope), window), ['instance']),
            legend: '{{instance}}',
          },
        ],
      }),
      timeseries({
        title: 'Space on disk',
        description:
          'Blocks and the log before them. Blocks grow until 35 days are kept, then stay; compare with the free disk on Runtime and Host.',
        unit: 'bytes',
        stacked: true,
        queries: [
          { expr: sum(select('prometheus_tsdb_storage_blocks_bytes', scope)), legend: 'blocks' },
          {
            expr: sum(select('prometheus_tsdb_wal_storage_size_bytes', scope), ['job']),
            legend: 'write-ahead log of {{job}}',
          },
        ],
      }),
    ],
    [
      table({
        title: 'Series by metric',
        description:
          'The thirty metrics with the most series. One of ours far above the product of its labels’ caps: a label should not be one; of others: leave it out when scraping.',
        by: { label: '__name__', title: 'Metric' },
        columns: [{ title: 'Series', unit: 'short', expr: topk(30, cardinality(scope)) }],
      }),
      table({
        title: 'Samples by target',
        description:
          'Samples of each scrape, and how long it took. Beyond five seconds a scrape is lost; a target with ever more samples has a label that grows.',
        by: [
          { label: 'job', title: 'Job' },
          { label: 'instance', title: 'Instance' },
        ],
        columns: [
          {
            title: 'Samples',
            unit: 'short',
            expr: max(select('scrape_samples_scraped', scope), ['job', 'instance']),
          },
          {
            title: 'Longest scrape',
            unit: 's',
            limits: { warning: 1, critical: 4, good: 'below' },
            expr: max(maxShown(select('scrape_duration_seconds', scope)), ['job', 'instance']),
          },
        ],
      }),
    ],
  )

/** Prometheus: what it evaluates, and what it asks. */
export const rulesAndScrapes = (): Row =>
  row('Prometheus: rules and scrapes', [
    timeseries({
      title: 'Evaluation of rule groups',
      description:
        'Time of the last evaluation as a share of the interval. All together should stay below 5 %; one near 100 %: its alerts are late, make its expression cheaper.',
      unit: 'percentunit',
      limits: memoryLimits,
      queries: topAndOthers(
        ratio(max(duration, ['rule_group']), max(interval, ['rule_group'])),
        max(maxShown(duration), ['rule_group']),
        { legend: '{{rule_group}}' },
      ),
    }),
    timeseries({
      title: 'Rules that failed',
      description:
        'Evaluations per second. A series that suddenly has duplicates, or a limit; the log of Prometheus names rule and reason.',
      unit: 'ops',
      limits: noneExpected,
      queries: topAndOthers(sum(rate(failures, window), ['rule_group']), sum(increaseShown(failures), ['rule_group']), {
        legend: '{{rule_group}}',
      }),
    }),
    timeseries({
      title: 'Evaluations left out',
      description:
        'Per second: the one before was not done in time. Curves of objectives then have gaps, and alerts are late. Is the host out of CPU?',
      unit: 'ops',
      limits: noneExpected,
      queries: topAndOthers(sum(rate(missed, window), ['rule_group']), sum(increaseShown(missed), ['rule_group']), {
        legend: '{{rule_group}}',
      }),
    }),
    timeseries({
      title: 'Duration of scrapes',
      description:
        'Seconds. It rises for all: the host is out of CPU; for one of ours: its event loop is busy, see Runtime and Host.',
      unit: 's',
      queries: [
        { expr: max(select('scrape_duration_seconds', scope), ['job', 'instance']), legend: '{{job}} {{instance}}' },
      ],
    }),
  ])
