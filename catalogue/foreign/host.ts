import { cap, counter, gauge, type Metric } from '../metric.ts'

/** The machine, as node_exporter sees it. */
export const hostMetrics = {
  node_cpu_seconds_total: counter({
    unit: 's',
    description: 'Time each core spent in each mode.',
    labels: {
      cpu: cap(256, 'cores'),
      mode: ['idle', 'iowait', 'irq', 'nice', 'softirq', 'steal', 'system', 'user'],
    },
    source: 'node_exporter',
  }),
  node_memory_MemAvailable_bytes: gauge({
    unit: 'By',
    description: 'Memory that can be had without swapping.',
    labels: {},
    source: 'node_exporter',
  }),
  node_memory_MemTotal_bytes: gauge({
    unit: 'By',
    description: 'Memory of the host.',
    labels: {},
    source: 'node_exporter',
  }),
  node_filesystem_avail_bytes: gauge({
    unit: 'By',
    description: 'Space that a user without privileges can still write.',
    labels: { mountpoint: cap(50, 'mount points'), device: cap(50, 'devices'), fstype: cap(20, 'file systems') },
    source: 'node_exporter',
  }),
  node_filesystem_size_bytes: gauge({
    unit: 'By',
    description: 'Size of the file system.',
    labels: { mountpoint: cap(50, 'mount points'), device: cap(50, 'devices'), fstype: cap(20, 'file systems') },
    source: 'node_exporter',
  }),
  node_load1: gauge({
    unit: '1',
    description: 'Processes that run or wait for a core, averaged over a minute.',
    labels: {},
    source: 'node_exporter',
  }),
  node_disk_read_bytes_total: counter({
    unit: 'By',
    description: 'Bytes read from a disk.',
    labels: { device: cap(50, 'devices') },
    source: 'node_exporter',
  }),
  node_disk_written_bytes_total: counter({
    unit: 'By',
    description: 'Bytes written to a disk.',
    labels: { device: cap(50, 'devices') },
    source: 'node_exporter',
  }),
  node_disk_io_time_seconds_total: counter({
    unit: 's',
    description: 'Time in which a disk was busy.',
    labels: { device: cap(50, 'devices') },
    source: 'node_exporter',
  }),
  node_network_receive_bytes_total: counter({
    unit: 'By',
    description: 'Bytes received by a network device.',
    labels: { device: cap(50, 'devices') },
    source: 'node_exporter',
  }),
  node_network_transmit_bytes_total: counter({
    unit: 'By',
    description: 'Bytes sent by a network device.',
    labels: { device: cap(50, 'devices') },
    source: 'node_exporter',
  }),
  node_vmstat_oom_kill: counter({
    unit: '{process}',
    description: 'Processes that the kernel killed for want of memory.',
    labels: {},
    source: 'node_exporter',
  }),
} as const satisfies Record<string, Metric>
