import { readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { folderOf, type Uid } from '../../dashboards/links.ts'
import type { DashboardJson, TargetJson } from './dashboard-json.ts'
import { rules } from './dashboard-rules.ts'

const folder = resolve(import.meta.dirname, '../../dashboards/generated')
const text = (uid: string): Promise<string> => readFile(join(folder, folderOf(uid as Uid), `${uid}.json`), 'utf8')
const read = async (uid: string): Promise<DashboardJson> => JSON.parse(await text(uid)) as DashboardJson

const uids = [
  'alerts-notifications',
  'api-performance',
  'business-events',
  'database',
  'errors-logs',
  'external-apis',
  'integrations-sync',
  'runtime-host',
  'security',
  'slos',
  'system-overview',
  'telemetry-pipeline',
  'user-journeys',
  'webhooks-jobs-queues',
]

it('these dashboards exist in these folders, and no others', async () => {
  const folders = await readdir(folder)
  expect(folders.sort()).toEqual(['crm', 'operations'])
  const files = await Promise.all(folders.map((name) => readdir(join(folder, name))))
  expect(files.flat().sort()).toEqual(uids.map((uid) => `${uid}.json`))
  expect(files[0]?.sort()).toEqual([
    'api-performance.json',
    'business-events.json',
    'integrations-sync.json',
    'slos.json',
    'system-overview.json',
    'user-journeys.json',
  ])
})

describe.each(uids)('%s', (uid) => {
  let dashboard: DashboardJson
  beforeAll(async () => {
    dashboard = await read(uid)
  })
  it.each(Object.entries(rules))('%s', (_name, rule) => {
    expect(rule(dashboard)).toEqual([])
  })
  it('has its name, the classic schema and our tag', () => {
    expect(dashboard).toMatchObject({ uid, editable: false })
    expect(dashboard.schemaVersion).toBeGreaterThan(30)
    expect(dashboard.tags).toContain('crm')
  })
})

describe('what a reader expects to find', () => {
  const titles = async (uid: string) => (await read(uid)).panels.map(({ title }) => title)
  it('on System Overview: users first, then causes', async () => {
    const found = await titles('system-overview')
    expect(found).toEqual(
      expect.arrayContaining([
        'Availability, 30 days',
        'Availability budget left',
        'Fast requests, 30 days',
        'Error budgets left',
        'Requests by service',
        'Error rate by service',
        'Latency of requests',
        'Active users',
        'Database up',
        'Jobs waiting',
        'Oldest job',
        'Job duration, p95',
        'Job failures by reason',
        'Failures of outside services',
        'Event loop delay, p99',
        'Heap in use',
        'CPU of the host',
        'Memory of the host',
        'Free disk',
        'Telemetry dropped',
        'Recent errors',
        'Slow requests',
      ]),
    )
    expect(found[0]).toBe('Are users hurt?')
  })
  it('on API Performance: requests and latency by endpoint, database time', async () => {
    expect(await titles('api-performance')).toEqual(
      expect.arrayContaining([
        'Endpoints',
        'Requests by endpoint',
        'Errors by type',
        'p95 by endpoint',
        'Requests by duration',
        'GraphQL operations',
        'Database time by operation and table',
        'Connections in use',
        'Outgoing calls',
        'Requests slower than 200 ms',
        'Warnings and errors',
      ]),
    )
  })
  it('exemplars on a latency panel of each that has one', async () => {
    for (const uid of ['system-overview', 'api-performance']) {
      const targets = (await read(uid)).panels.flatMap((panel) => panel.targets ?? []) as (TargetJson & {
        exemplar?: boolean
      })[]
      const withExemplars = targets.filter(({ exemplar }) => exemplar)
      expect(withExemplars.map(({ expr }) => expr)).toEqual([
        expect.stringContaining('traces_kept_span_metrics_duration_seconds_bucket'),
      ])
    }
  })
  it('numbers without float noise', async () => {
    for (const uid of uids) expect(await text(uid)).not.toMatch(/\d\.\d{13,}/)
  })
})
