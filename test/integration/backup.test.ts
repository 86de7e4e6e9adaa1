import { execFile } from 'node:child_process'
import { mkdir, readdir, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { makeBackup } from '../../app/backup/make.ts'
import { restore } from '../../app/backup/restore.ts'
import { createContact } from '../../app/modules/contacts/service.ts'
import { runRetention } from '../../app/modules/retention/job.ts'
import { type AskOptions, type Service, startService } from './crm/service.ts'
import { until } from './telemetry/harness.ts'

// A restore makes every table anew, in a process of its own once.
vi.setConfig({ testTimeout: 60_000 })

let service: Service
let operator: AskOptions
let folder: string

beforeAll(async () => {
  service = await startService()
  operator = { headers: { authorization: `Bearer ${service.config.adminSecret}` } }
  folder = service.config.backupFolder ?? ''
})
afterAll(() => service?.stop())

/** The address of a new, empty database on the same server. */
const newDatabase = async (name: string): Promise<string> => {
  const client = new pg.Client(service.database.url)
  await client.connect()
  await client.query(`create database ${name}`)
  await client.end()
  return service.database.url.replace(/crm$/, name)
}

const query = async <Row extends object>(url: string, text: string): Promise<Row[]> => {
  const client = new pg.Client(url)
  await client.connect()
  try {
    return (await client.query<Row>(text)).rows
  } finally {
    await client.end()
  }
}

/** Count and content of every table. */
const contentOf = async (url: string): Promise<Record<string, string>> => {
  const tables = await query<{ name: string }>(
    url,
    `select relname as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace
     and relname not like 'kysely%' order by 1`,
  )
  const found: Record<string, string> = {}
  for (const { name } of tables) {
    const [row] = await query<{ said: string }>(
      url,
      `select count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' order by t::text)), '') as said from ${name} t`,
    )
    found[name] = row?.said ?? ''
  }
  return found
}

const makeWorkspace = async (domain: string): Promise<string> => {
  const row = await service.db
    .insertInto('workspaces')
    .values({ name: `Æ "quoted"\ttab\nline \\N back\\slash`, domain })
    .returning('id')
    .executeTakeFirstOrThrow()
  return row.id
}

describe('a backup', () => {
  test('restored into a second database is the same, row by row', async () => {
    const workspaceId = await makeWorkspace('backup.example')
    for (let n = 0; n < 20; n++)
      await createContact({ db: service.db, jobs: service.queue }, workspaceId, {
        name: `Contact ${n}`,
        notes: 'ø\n\\.\n',
      })
    await service.db
      .insertInto('business_events')
      .values({ workspace_id: workspaceId, type: 'custom', metadata: '{"a": "b\\nc"}' })
      .execute()
    // More than one chunk of the connection.
    await query(
      service.database.url,
      `insert into business_events (workspace_id, type, metadata)
       select '${workspaceId}', 'many', jsonb_build_object('text', repeat(md5(n::text), 20)) from generate_series(1, 5000) n`,
    )
    const before = await contentOf(service.database.url)
    const made = await makeBackup(service.database.url, folder)
    expect(made).toMatchObject({ name: expect.stringMatching(/^crm-\d{8}T\d{9}Z$/), tables: expect.any(Number) })
    const url = await newDatabase('restored')
    const restored = await restore(url, join(folder, made?.name ?? ''))
    expect(restored).toMatchObject({ tables: made?.tables, rows: made?.rows })
    expect(before.contacts).toMatch(/^20 /)
    expect(before.business_events).toMatch(/^5001 /)
    expect(await contentOf(url)).toEqual(before)
    // The next row gets the next number.
    const [next] = await query<{ id: string }>(
      url,
      `insert into business_events (workspace_id, type) values ('${workspaceId}', 'next') returning id`,
    )
    expect(Number(next?.id)).toBe(5002)
  })

  test('is not restored over anything, nor when a file of it is damaged', async () => {
    const made = await makeBackup(service.database.url, folder)
    const backup = join(folder, made?.name ?? '')
    await expect(restore(service.database.url, backup)).rejects.toThrow('the database is not empty')
    await expect(restore(service.database.url, folder)).rejects.toThrow('is no backup')
    await truncate(join(backup, 'contacts.copy.gz'), 30)
    const url = await newDatabase('damaged')
    await expect(restore(url, backup)).rejects.toThrow()
    const [row] = await query<{ count: string }>(url, 'select count(*) from workspaces')
    expect(row?.count).toBe('0')
  })

  test('is of one moment, is one of the last fourteen, and leaves no halves', async () => {
    const names = Array.from({ length: 15 }, (_, n) => `crm-202001${String(n + 10)}T020000000Z`)
    for (const name of [...names, 'crm-20200101T020000000Z.partial', 'something-else'])
      await mkdir(join(folder, name), { recursive: true })
    const made = await makeBackup(service.database.url, folder)
    const left = await readdir(folder)
    expect(left).toContain('something-else')
    expect(left).toContain(made?.name)
    expect(left.filter((name) => name.endsWith('.partial'))).toEqual([])
    expect(left.filter((name) => name.startsWith('crm-'))).toHaveLength(14)
    expect(left).not.toContain('crm-20200110T020000000Z')
  })

  test('is restored by a command', async () => {
    const made = await makeBackup(service.database.url, folder)
    const DATABASE_URL = await newDatabase('by_command')
    const run = (args: string[], env: Record<string, string>) =>
      promisify(execFile)(process.execPath, ['app/backup/restore-main.ts', ...args], {
        env: { ...process.env, ...env },
      })
    const { stdout } = await run([made?.name ?? ''], { DATABASE_URL, BACKUP_DIR: folder })
    expect(stdout).toMatch(/^restored \d+ rows of \d+ tables, as of \d{4}-/)
    await expect(run([made?.name ?? ''], { DATABASE_URL, BACKUP_DIR: folder })).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('not empty'),
    })
    await expect(run([], {})).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('usage') })
  })

  test('is made when an operator asks, and listed', async () => {
    expect((await service.ask('POST /api/admin/backups')).status).toBe(401)
    const cookie = await service.signIn('anna@crm.example')
    expect((await service.ask('POST /api/admin/backups', { cookie })).status).toBe(403)
    const asked = await service.ask('POST /api/admin/backups', operator)
    expect(asked.status).toBe(202)
    const { id } = await asked.json()
    await service.runJobs()
    const listed = async () => {
      const body: unknown = await (await service.ask('GET /api/admin/backups?limit=10', operator)).json()
      return (body as { backups: { id: string; status: string }[] }).backups.find((backup) => backup.id === id)
    }
    await until(async () => (await listed())?.status === 'succeeded', 20_000)
    expect(await listed()).toEqual({
      id,
      status: 'succeeded',
      method: expect.stringMatching(/^(pg_dump|copy)$/),
      name: expect.stringMatching(/^crm-/),
      bytes: expect.any(Number),
      tables: expect.any(Number),
      rows: expect.any(Number),
      error: null,
      createdAt: expect.any(String),
      finishedAt: expect.any(String),
    })
  })
})

test('retention removes what is too old, and what is not yet done never', async () => {
  const workspaceId = await makeWorkspace('retention.example')
  const { url } = service.database
  await query(url, `truncate business_events, monitoring_snapshots, webhook_events, error_groups cascade`)
  await query(
    url,
    `insert into business_events (workspace_id, type, created_at)
     select '${workspaceId}'::uuid, 'old', now() - interval '366 days' from generate_series(1, 12000)
     union all select '${workspaceId}'::uuid, 'new', now() - interval '364 days'`,
  )
  await query(
    url,
    `insert into monitoring_snapshots (taken_at, cpu_usage, memory_usage, api_avg_response_time, api_requests_per_minute,
       api_error_rate, db_avg_query_time, db_queries_per_minute, socket_active_connections, socket_events_per_minute)
     select now() - n * interval '1 day', 0, 0, 0, 0, 0, 0, 0, 0, 0 from unnest(array[34, 36]) n`,
  )
  await query(
    url,
    `insert into monitoring_alerts (source, fingerprint, type, severity, message, status, created_at) values
     ('alertmanager', 'a', 'x', 'warning', '', 'active', now() - interval '90 days'),
     ('alertmanager', 'b', 'x', 'warning', '', 'resolved', now() - interval '90 days')`,
  )
  await runRetention({ db: service.db, config: service.config })
  const left = async (table: string, column: string) =>
    (await query<Record<string, string>>(url, `select ${column} as value from ${table}`)).map(({ value }) => value)
  expect(await left('business_events', 'type')).toEqual(['new'])
  expect(await left('monitoring_snapshots', 'id')).toHaveLength(1)
  expect(await left('monitoring_alerts', 'fingerprint')).toEqual(['a'])
  await runRetention({ db: service.db, config: service.config })
  expect(await left('business_events', 'type')).toEqual(['new'])
})
