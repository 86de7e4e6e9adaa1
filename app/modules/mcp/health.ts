import { Hono } from 'hono'
import { sql } from 'kysely'
import type { Database } from '../../db/database.ts'
import type { AppEnv } from '../../http/env.ts'

/** Milliseconds for the check: whoever asks does so every few seconds. */
const limitMs = 900

/** `/health/live`: the process is there. `/health/ready`: the tools can read; `checks` says what is missing otherwise. */
export const mcpHealthRoutes = (db: Database, isPrepared: () => boolean) =>
  new Hono<AppEnv>()
    .get('/health/live', (c) => c.json({ status: 'ok' }, 200, { 'cache-control': 'no-store' }))
    .get('/health/ready', async (c) => {
      const prepared = isPrepared() ? 'ok' : 'error'
      const checks = { database: await databaseCheck(db), migrations: prepared, job_queue: prepared }
      const ready = Object.values(checks).every((one) => one === 'ok')
      return c.json({ status: ready ? 'ready' : 'not ready', checks }, ready ? 200 : 503, {
        'cache-control': 'no-store',
      })
    })

const databaseCheck = async (db: Database): Promise<'ok' | 'error'> => {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<'error'>((resolve) => {
    timer = setTimeout(() => resolve('error'), limitMs)
  })
  const answered = sql`select 1`.execute(db).then(
    () => 'ok' as const,
    () => 'error' as const,
  )
  const result = await Promise.race([answered, limit])
  clearTimeout(timer)
  return result
}
