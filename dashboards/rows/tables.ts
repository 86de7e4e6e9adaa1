import {
  changeShown,
  increaseShown,
  max,
  maxShown,
  perMinute,
  rate,
  rounded,
  select,
  sum,
} from '../../catalogue/promql.ts'
import { type Row, row } from '../layout.ts'
import { table } from '../lists.ts'
import { timeseries } from '../panels.ts'
import { topAndOthers } from '../top.ts'
import { scope } from '../variables.ts'

const window = '$__rate_interval'
const size = select('database_table_size_bytes', scope)
const rows = select('database_table_rows', scope)
const deleted = select('retention_deleted_rows_total', scope)

/** What is stored, how it grows, and what is removed again. */
export const tables = (): Row =>
  row(
    'What is stored',
    [
      table({
        title: 'Tables',
        description:
          'Largest first. Look at growth over a week or a month: what grows without end needs a retention, or an index less. A size without rows: vacuum does not keep up.',
        by: { label: 'table', title: 'Table' },
        columns: [
          { title: 'Size', unit: 'bytes', expr: max(size, ['table']) },
          { title: 'Growth in the time shown', unit: 'bytes', expr: max(changeShown(size), ['table']) },
          { title: 'Rows', unit: 'short', expr: max(rows, ['table']) },
          { title: 'Rows more', unit: 'short', expr: max(changeShown(rows), ['table']) },
          { title: 'Removed by retention', unit: 'short', expr: rounded(sum(increaseShown(deleted), ['table'])) },
        ],
      }),
      timeseries({
        title: 'Size of tables',
        description:
          'With their indexes, the largest of the time shown. A staircase is normal; a cliff upwards: a bulk import, or a job that writes the same again and again.',
        unit: 'bytes',
        stacked: true,
        queries: topAndOthers(max(size, ['table']), max(maxShown(size), ['table']), { legend: '{{table}}' }),
      }),
    ],
    [
      timeseries({
        title: 'Rows of tables',
        description:
          'As PostgreSQL estimates them, the largest of the time shown. Falls to 0 after a restart of the statistics; a real fall is a deletion: by whom?',
        unit: 'short',
        queries: topAndOthers(max(rows, ['table']), max(maxShown(rows), ['table']), { legend: '{{table}}' }),
      }),
      timeseries({
        title: 'Rows removed by retention',
        description:
          'Per minute, by table. Nothing for a day: the job retention does not run, and tables grow; see Webhooks, Jobs and Queues.',
        unit: 'cpm',
        queries: topAndOthers(
          perMinute(sum(rate(deleted, window), ['table'])),
          sum(increaseShown(deleted), ['table']),
          { legend: '{{table}}' },
        ),
      }),
    ],
  )
