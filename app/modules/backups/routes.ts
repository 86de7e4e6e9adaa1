import { createRoute, z } from '@hono/zod-openapi'
import type { Selectable } from 'kysely'
import { type BackupTable, backupStatuses } from '../../db/schema-operations.ts'
import type { Deps } from '../../deps.ts'
import { conflict } from '../../errors.ts'
import { id, timestamp } from '../../http/fields.ts'
import { answer, createRoutes, problems } from '../../http/openapi.ts'
import { operatorsOnly } from '../../http/operators.ts'
import { newestPage, pagingQuery } from '../../http/paging.ts'

const backupSchema = z
  .object({
    id,
    status: z.enum(backupStatuses),
    method: z.enum(['pg_dump', 'copy']).nullable(),
    name: z.string().nullable().openapi({ description: 'Its folder within BACKUP_DIR' }),
    bytes: z.number().nullable(),
    tables: z.int().nullable(),
    rows: z.number().nullable(),
    error: z.string().nullable(),
    createdAt: timestamp,
    finishedAt: timestamp.nullable(),
  })
  .openapi('Backup')

const shown = (row: Selectable<BackupTable>): z.input<typeof backupSchema> => ({
  id: row.id,
  status: row.status,
  method: row.method,
  name: row.name,
  bytes: row.bytes === null ? null : Number(row.bytes),
  tables: row.tables,
  rows: row.rows === null ? null : Number(row.rows),
  error: row.error,
  createdAt: row.created_at.toISOString(),
  finishedAt: row.finished_at?.toISOString() ?? null,
})

export const backupRoutes = ({ config, db, jobs }: Deps) => {
  const shared = { tags: ['Operations'], middleware: operatorsOnly(config.adminSecret) }

  const list = createRoute({
    ...shared,
    method: 'get',
    path: '/api/admin/backups',
    summary: 'Backups, newest first',
    request: { query: pagingQuery },
    responses: {
      200: answer(z.object({ backups: z.array(backupSchema), nextCursor: z.string().nullable() }), 'One page'),
      ...problems(401, 403, 422, 503),
    },
  })
  const make = createRoute({
    ...shared,
    method: 'post',
    path: '/api/admin/backups',
    summary: 'Make a backup now',
    responses: { 202: answer(backupSchema, 'It is being made'), ...problems(401, 403, 409, 503) },
  })

  return createRoutes()
    .openapi(list, async (c) => {
      const query = db.selectFrom('backups').selectAll()
      const { rows: backups, nextCursor } = await newestPage(query, c.req.valid('query'))
      return c.json({ backups: backups.map(shown), nextCursor }, 200)
    })
    .openapi(make, async (c) => {
      if (config.backupFolder === undefined) throw conflict('There is no folder for backups: set BACKUP_DIR.')
      const backup = await db.transaction().execute(async (trx) => {
        const row = await trx.insertInto('backups').defaultValues().returningAll().executeTakeFirstOrThrow()
        await jobs.enqueue(trx, 'backup', { backupId: row.id })
        return row
      })
      c.set('audit', { targetId: backup.id })
      return c.json(shown(backup), 202)
    })
}
