import { greater, increase, round, select, sum } from '../../catalogue/promql.ts'
import { alert } from '../alert.ts'
import { given, growing, silence } from '../scenario.ts'
import { collectorRunbook } from './collector-runbook.ts'

/** Longer than most outages of a collector: while it is away nobody scrapes, and what was dropped shows only afterwards. */
const window = '15m'

const dropped = (values: string, service: 'api' | 'worker' = 'api', signal: 'traces' | 'logs' = 'traces') =>
  given('telemetry_dropped_total', { job: service, service, signal, instance: '127.0.0.1:9464' }, values)
const firing = (count: string, service = 'api', signal = 'traces') => ({
  labels: { service, signal },
  description: `Within 15 minutes ${service} has dropped ${count} records (${signal}), since nobody took them.`,
})

export const telemetryDropped = alert({
  name: 'TelemetryDropped',
  subject: 'telemetry-loss',
  // A queue holds half a minute of much traffic: a restart of the collector drops nothing, so each one is worth a word.
  expr: greater(round(sum(increase(select('telemetry_dropped_total'), window), ['service', 'signal'])), 0),
  for: '2m',
  severity: 'warning',
  priority: 'P3',
  team: 'platform',
  receivers: ['slack'],
  level: 'slow',
  summary: 'A process drops telemetry that the collector did not take.',
  description: ({ number, label }) =>
    `Within 15 minutes ${label('service')} has dropped ${number} records (${label('signal')}), since nobody took them.`,
  dashboard: { uid: 'telemetry-pipeline', lookBack: '1h' },
  runbook: collectorRunbook,
  scenarios: [
    {
      kind: 'fires',
      title: 'fires two minutes after a process has dropped a record, until fifteen minutes after',
      series: [dropped('0x9 30x40')],
      at: { '11m': silence, '12m': [firing('30')], '23m': [firing('30')], '24m': silence },
    },
    {
      kind: 'fires',
      title: 'fires once the collector is back, when nobody was scraped meanwhile',
      series: [dropped('0x9 _x8 400x40')],
      at: { '17m': silence, '19m': silence, '20m': [firing('400')], '24m': silence },
    },
    {
      kind: 'fires',
      title: 'tells processes and signals apart',
      series: [dropped('0x9 30x40'), dropped('0x9 20x40', 'api', 'logs'), dropped('0x9 10x40', 'worker')],
      at: { '12m': [firing('30'), firing('20', 'api', 'logs'), firing('10', 'worker')] },
    },
    {
      kind: 'below',
      title: 'is quiet while nothing more is dropped',
      series: [dropped('7x40')],
      at: { '10m': silence, '30m': silence },
    },
    {
      kind: 'waits',
      title: 'is quiet before the two minutes are over',
      series: [dropped('0x9 30x40')],
      at: { '10m': silence, '11m': silence },
    },
    {
      kind: 'recovers',
      title: 'ends fifteen minutes after the last record that was dropped',
      series: [dropped(`0x9 ${growing({ each: 2, steps: 5 })} 10x40`)],
      at: { '20m': [firing('10')], '26m': [firing('4')], '28m': silence },
    },
    { kind: 'no traffic', title: 'is quiet when nothing is sent', series: [dropped('0x40')], at: { '30m': silence } },
    { kind: 'absent', title: 'is quiet where no process tells', series: [], at: { '30m': silence } },
    {
      kind: 'reset',
      title: 'is quiet when the process begins to count from 0 again',
      series: [dropped('50x10 0x40')],
      at: { '12m': silence, '30m': silence },
    },
  ],
})
