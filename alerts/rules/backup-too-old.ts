import { logs } from '../../catalogue/logql.ts'
import {
  and,
  earlier,
  equal,
  greater,
  increase,
  max,
  multiply,
  or,
  select,
  subtract,
  sum,
  time,
  unless,
} from '../../catalogue/promql.ts'
import { spans } from '../../catalogue/traceql.ts'
import { alert } from '../alert.ts'
import { logsLook, metricsLook, sqlLook, tracesLook } from '../runbook.ts'
import { given, silence } from '../scenario.ts'
import { lastBackups } from '../sql.ts'

/** A night and two hours: backups are made at two o'clock, and one that failed is tried again. */
const oldest = '26h'
const oldestSeconds = 93_600

/** Each worker reads the same list from the database. */
const lastSuccess = max(select('backup_last_success_timestamp_seconds'))
const worker = select('up', { service: 'worker' })

const success = (values: string, instance = '127.0.0.1:9465') =>
  given('backup_last_success_timestamp_seconds', { job: 'worker', service: 'worker', instance }, values)
const runs = (values: string) => given('up', { job: 'worker', service: 'worker', instance: '127.0.0.1:9465' }, values)
const firing = (age: string) => ({ description: `No backup has succeeded for at least ${age}.` })

export const backupTooOld = alert({
  name: 'BackupTooOld',
  subject: 'backup',
  expr: or(
    greater(subtract(time(), lastSuccess), oldestSeconds),
    // Or there is none although a worker is there, and was there so long ago. Its own restarts do not make it young.
    unless(multiply(oldestSeconds, and(equal(max(worker), 1), equal(max(earlier(worker, oldest)), 1))), lastSuccess),
  ),
  for: '5m',
  severity: 'warning',
  priority: 'P3',
  team: 'platform',
  receivers: ['slack'],
  level: 'slow',
  summary: 'There is no recent backup of the database.',
  description: ({ duration }) => `No backup has succeeded for at least ${duration}.`,
  // Nobody can read the list of backups then.
  followsFrom: ['DatabaseDown'],
  dashboard: { uid: 'database', lookBack: '1d' },
  runbook: {
    slug: 'backup-too-old',
    title: 'There is no recent backup',
    impact: 'Users notice nothing; were the database lost now, more than a day of their work would be lost with it.',
    firstStep: 'See why the last backup failed, and start one: POST /api/admin/backups.',
    looks: [
      metricsLook(
        'How old is it?',
        subtract(time(), lastSuccess),
        'In seconds; nothing here: none was ever made, or no worker runs.',
      ),
      metricsLook('Does a worker run?', worker, 'Backups are a job of the worker.'),
      metricsLook(
        'Did the job fail?',
        sum(increase(select('job_failures_total', { job_type: 'backup' }), '1d'), ['error_reason']),
        'Failures of the last day.',
      ),
      metricsLook(
        'Is there room for it?',
        select('node_filesystem_avail_bytes'),
        'Bytes that are free, by mount point. A backup takes about a tenth of the database.',
      ),
      logsLook(
        'What did the backup say?',
        logs({ service_name: 'worker' }, { component: 'backup' }),
        '“set BACKUP_DIR” means that none is made at all.',
      ),
      tracesLook(
        'How far did it come?',
        spans({ attributes: { 'resource.service.name': 'worker' }, name: 'process backup' }),
        'Its duration, and the span in which it ended.',
      ),
      sqlLook(
        'How did the last ones end?',
        lastBackups,
        '`error` is the kind of error: ENOSPC is a full disk, 53300 too many connections.',
      ),
    ],
    causes: [
      'The worker was not there at night, or its jobs do not run.',
      '`BACKUP_DIR` is not set, not mounted or not writable.',
      'The disk for backups is full.',
      '`pg_dump` is older than the server, or the database refuses the connection.',
      'The clock of the host is wrong.',
    ],
    actions: [
      'Make one now: `curl -X POST -H "Authorization: Bearer $DF_ADMIN_SECRET" http://127.0.0.1:3000/api/admin/backups`, then `GET /api/admin/backups` shows how it ends.',
      'Disk full: remove the oldest files in `BACKUP_DIR`, never the newest that succeeded.',
      'No folder: set `BACKUP_DIR` and restart the worker, `npm run service -- stop worker` and `npm run service -- start worker`. It catches up by itself.',
      'Jobs do not run: see [QueueBacklog](queue-backlog.md).',
      'When there is one again, try it: `npm run restore` into an empty database, as the operations guide says.',
    ],
    escalation:
      'No backup after two days, or a disk that shows errors: call the owner of the database before anything is changed there.',
  },
  scenarios: [
    {
      kind: 'fires',
      title: 'fires when the last success is older than 26 hours for five minutes',
      series: [success('0x1600'), success('0x1600', '127.0.0.1:9475'), runs('1x1600')],
      at: { '1560m': silence, '1565m': silence, '1566m': [firing('1d 2h 6m 0s')] },
    },
    {
      kind: 'fires',
      title: 'fires when there is none although a worker runs for so long, restarts or not',
      series: [runs('1x100 0x2 1x1600')],
      at: { '1564m': silence, '1565m': [firing('1d 2h 0m 0s')], '1600m': [firing('1d 2h 0m 0s')] },
    },
    {
      kind: 'below',
      title: 'is quiet when it was made every night',
      series: [success('0x1439 86400x1439'), runs('1x2878')],
      at: { '1439m': silence, '2878m': silence },
    },
    {
      kind: 'below',
      title: 'goes by the newest that a worker has read',
      series: [success('0x1600'), success('3600x1600', '127.0.0.1:9475')],
      at: { '1600m': silence },
    },
    {
      kind: 'below',
      title: 'is quiet when no worker runs, which others tell',
      series: [runs('1x1500 0x200')],
      at: { '1600m': silence, '1700m': silence },
    },
    {
      kind: 'waits',
      title: 'is quiet when one is made within five minutes after its time',
      series: [success('0x1564 93840x60')],
      at: { '1564m': silence, '1570m': silence },
    },
    {
      kind: 'recovers',
      title: 'ends when one has succeeded',
      series: [success('0x1579 94800x60')],
      at: { '1579m': [firing('1d 2h 19m 0s')], '1580m': silence },
    },
    { kind: 'absent', title: 'is quiet where no worker was ever scraped', series: [], at: { '1600m': silence } },
  ],
})
