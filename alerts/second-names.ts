import { intervals } from '../catalogue/intervals.ts'
import {
  avg,
  bucketsOf,
  countOf,
  divide,
  min,
  multiply,
  noneOf,
  rate,
  renameLabel,
  type Selector,
  select,
  share,
  subtract,
  sum,
  sumOf,
  type Vector,
} from '../catalogue/promql.ts'
import type { recorded } from '../catalogue/recorded.ts'
import type { NameOf } from '../catalogue/series.ts'
import type { RuleFile } from './group.ts'
import type { Recording } from './recording.ts'
import { given } from './scenario.ts'

type RecordedName = keyof typeof recorded

/** A histogram under a second name, series by series, so that `rate` and quantiles of the copy are those of the original. */
const copy = <N extends NameOf<'histogram'>>(
  to: RecordedName & NameOf<'histogram'>,
  of: Selector<N>,
  relabel: (part: Vector) => Vector = (part) => part,
): Recording[] => [
  { record: `${to}_bucket`, expr: relabel(bucketsOf(of)) },
  { record: `${to}_count`, expr: relabel(countOf(of)) },
  { record: `${to}_sum`, expr: relabel(sumOf(of)) },
]

const percentOf = (to: RecordedName & NameOf<'gauge'>, share: Vector): Recording => ({
  record: to,
  expr: multiply(100, share),
})

/** One host may be scraped by several. */
const host = ['job', 'instance', 'service'] as const

/** Not on any disk, or read-only by nature and always full. */
const noDisk = noneOf('tmpfs', 'ramfs', 'devtmpfs', 'squashfs', 'iso9660', 'erofs', 'efivarfs', 'nsfs')

const idle = select('node_cpu_seconds_total', { mode: 'idle' })

const requestLabels = 'instance="127.0.0.1:9464", job="api", method="GET", service="api", status="200"'

/** The series of `catalogue/recorded.ts`. */
export const secondNames: RuleFile = {
  name: 'second-names',
  groups: [
    {
      name: 'second-names',
      level: 'copy',
      // The originals come as often as they are scraped.
      testSteps: { evaluation: intervals.copies, series: intervals.scrape },
      recordings: [
        ...copy('api_request_duration_seconds', select('http_request_duration_seconds', { service: 'api' }), (part) =>
          renameLabel(part, 'endpoint', 'route'),
        ),
        ...copy('db_query_duration_seconds', select('database_query_duration_seconds')),
        ...copy('job_duration_seconds', select('job_processing_duration_seconds')),
        {
          record: 'redis_hit_rate',
          expr: share(
            sum(rate(select('cache_requests_total', { result: 'hit' }), '5m')),
            sum(rate(select('cache_requests_total'), '5m')),
          ),
        },
        percentOf('cpu_usage_percent', subtract(1, avg(rate(idle, '1m'), host))),
        percentOf(
          'disk_free_percent',
          min(
            divide(
              select('node_filesystem_avail_bytes', { fstype: noDisk }),
              select('node_filesystem_size_bytes', { fstype: noDisk }),
            ),
            host,
          ),
        ),
      ],
      alerts: [],
      scenarios: [
        {
          title: 'copies a request with its endpoint as route',
          series: [
            {
              series: `http_request_duration_seconds_bucket{endpoint="/api/leads", le="0.2", ${requestLabels}}`,
              values: '7x10',
            },
            { series: `http_request_duration_seconds_count{endpoint="/api/leads", ${requestLabels}}`, values: '9x10' },
            { series: `http_request_duration_seconds_sum{endpoint="/api/leads", ${requestLabels}}`, values: '3.5x10' },
          ],
          expect: [
            {
              at: '30s',
              expr: 'api_request_duration_seconds_bucket',
              samples: { [`api_request_duration_seconds_bucket{route="/api/leads", le="0.2", ${requestLabels}}`]: 7 },
            },
            {
              at: '30s',
              expr: 'api_request_duration_seconds_count',
              samples: { [`api_request_duration_seconds_count{route="/api/leads", ${requestLabels}}`]: 9 },
            },
            {
              at: '30s',
              expr: 'api_request_duration_seconds_sum',
              samples: { [`api_request_duration_seconds_sum{route="/api/leads", ${requestLabels}}`]: 3.5 },
            },
          ],
        },
        {
          title: 'copies queries and jobs as they are',
          series: [
            { series: 'database_query_duration_seconds_count{operation="select", table="contacts"}', values: '4x10' },
            {
              series: 'job_processing_duration_seconds_count{job_type="search-indexing", status="failed"}',
              values: '2x10',
            },
          ],
          expect: [
            {
              at: '30s',
              expr: 'db_query_duration_seconds_count',
              samples: { 'db_query_duration_seconds_count{operation="select", table="contacts"}': 4 },
            },
            {
              at: '30s',
              expr: 'job_duration_seconds_count',
              samples: { 'job_duration_seconds_count{job_type="search-indexing", status="failed"}': 2 },
            },
          ],
        },
        {
          title: 'counts the hits of the cache over all processes',
          series: [
            given('cache_requests_total', { service: 'api', result: 'hit' }, '0+3x70'),
            given('cache_requests_total', { service: 'api', result: 'miss' }, '0+1x70'),
            given('cache_requests_total', { service: 'worker', result: 'hit' }, '0+4x70'),
            given('cache_requests_total', { service: 'worker', result: 'miss' }, '0+2x70'),
          ],
          expect: [{ at: '5m', expr: 'round(redis_hit_rate, 0.001)', samples: { '{}': 0.7 } }],
        },
        {
          title: 'has a hit rate of 0 where nothing was ever found, and none where nothing is asked',
          series: [given('cache_requests_total', { service: 'api', result: 'miss' }, '0+1x30 30x100')],
          expect: [
            { at: '2m', expr: 'redis_hit_rate', samples: { redis_hit_rate: 0 } },
            { at: '10m', expr: 'redis_hit_rate', samples: {} },
          ],
        },
        {
          title: 'averages the cores of a host, and takes its fullest disk',
          series: [
            // Idle 4 of 5 seconds, and 2 of 5.
            given('node_cpu_seconds_total', { instance: 'a', cpu: '0', mode: 'idle' }, '0+4x30'),
            given('node_cpu_seconds_total', { instance: 'a', cpu: '1', mode: 'idle' }, '0+2x30'),
            given('node_filesystem_avail_bytes', { instance: 'a', mountpoint: '/', fstype: 'ext4' }, '30x30'),
            given('node_filesystem_size_bytes', { instance: 'a', mountpoint: '/', fstype: 'ext4' }, '100x30'),
            given('node_filesystem_avail_bytes', { instance: 'a', mountpoint: '/data', fstype: 'xfs' }, '30x30'),
            given('node_filesystem_size_bytes', { instance: 'a', mountpoint: '/data', fstype: 'xfs' }, '200x30'),
            given('node_filesystem_avail_bytes', { instance: 'a', mountpoint: '/run', fstype: 'tmpfs' }, '1x30'),
            given('node_filesystem_size_bytes', { instance: 'a', mountpoint: '/run', fstype: 'tmpfs' }, '100x30'),
          ],
          expect: [
            { at: '2m', expr: 'round(cpu_usage_percent, 0.001)', samples: { '{instance="a"}': 40 } },
            { at: '2m', expr: 'disk_free_percent', samples: { 'disk_free_percent{instance="a"}': 15 } },
          ],
        },
      ],
    },
  ],
}
