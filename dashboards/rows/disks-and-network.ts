import { divide, increaseShown, max, min, rate, select, subtract, sum } from '../../catalogue/promql.ts'
import { type Row, row } from '../layout.ts'
import { diskLimits, memoryLimits } from '../limits.ts'
import { table } from '../lists.ts'
import { timeseries } from '../panels.ts'
import { topAndOthers } from '../top.ts'
import { scope } from '../variables.ts'

const window = '$__rate_interval'
const free = select('node_filesystem_avail_bytes', scope)
const size = select('node_filesystem_size_bytes', scope)
const read = select('node_disk_read_bytes_total', scope)
const written = select('node_disk_written_bytes_total', scope)
const busy = select('node_disk_io_time_seconds_total', scope)
const received = select('node_network_receive_bytes_total', scope)
const sent = select('node_network_transmit_bytes_total', scope)

const space = ['mountpoint', 'fstype'] as const

/** Where bytes go. */
export const disksAndNetwork = (): Row =>
  row(
    'Disks and network',
    [
      table({
        title: 'File systems',
        description:
          'Fullest first. Below 20 % free: delete or grow, before the database and the queues stop; Database and Telemetry Pipeline say what grew.',
        by: [
          { label: 'mountpoint', title: 'Mounted at' },
          { label: 'fstype', title: 'Kind' },
        ],
        columns: [
          {
            title: 'In use',
            unit: 'percentunit',
            limits: { warning: 1 - diskLimits.warning / 100, critical: 1 - diskLimits.critical / 100, good: 'below' },
            expr: subtract(1, divide(min(free, space), max(size, space))),
          },
          { title: 'Free', unit: 'bytes', expr: min(free, space) },
          { title: 'Size', unit: 'bytes', expr: max(size, space) },
        ],
      }),
      timeseries({
        title: 'Disks busy',
        description:
          'Share of time in which each disk had work. At 100 % all writes wait: the database first; see which process writes with iotop.',
        unit: 'percentunit',
        max: 1,
        limits: memoryLimits,
        queries: topAndOthers(sum(rate(busy, window), ['device']), sum(increaseShown(busy), ['device']), {
          legend: '{{device}}',
          others: 'max',
        }),
      }),
    ],
    [
      timeseries({
        title: 'Read from disks',
        description:
          'Bytes per second. Steady reads under load: the database no longer fits into memory; look at its largest tables.',
        unit: 'Bps',
        queries: topAndOthers(sum(rate(read, window), ['device']), sum(increaseShown(read), ['device']), {
          legend: '{{device}}',
        }),
      }),
      timeseries({
        title: 'Written to disks',
        description:
          'Bytes per second. Mostly PostgreSQL, Prometheus and Loki; a peak at night is the backup. More than usual: see rows and lines that are stored.',
        unit: 'Bps',
        queries: topAndOthers(sum(rate(written, window), ['device']), sum(increaseShown(written), ['device']), {
          legend: '{{device}}',
        }),
      }),
      timeseries({
        title: 'Received by the network',
        description:
          'Bytes per second by device; lo is what processes of this host say to each other. A flood on the outer one: see the requests on API Performance.',
        unit: 'Bps',
        queries: topAndOthers(sum(rate(received, window), ['device']), sum(increaseShown(received), ['device']), {
          legend: '{{device}}',
        }),
      }),
      timeseries({
        title: 'Sent by the network',
        description:
          'Bytes per second by device. Much more than received on the outer one: large answers or exports; which endpoint shows on API Performance.',
        unit: 'Bps',
        queries: topAndOthers(sum(rate(sent, window), ['device']), sum(increaseShown(sent), ['device']), {
          legend: '{{device}}',
        }),
      }),
    ],
  )
