import { createRoute, z } from '@hono/zod-openapi'
import { sql } from 'kysely'
import type { Deps } from '../../deps.ts'
import { answer, createRoutes } from '../../http/openapi.ts'

/** Milliseconds for all checks: whoever asks does so every few seconds. */
const limitMs = 1_500

const check = z.enum(['ok', 'error'])
const checks = z.object({ database: check, migrations: check, job_queue: check })
const readySchema = z.object({ status: z.literal('ready'), checks }).openapi('Ready')
const notReadySchema = z.object({ status: z.literal('not ready'), checks }).openapi('NotReady')

const live = createRoute({
  method: 'get',
  path: '/health/live',
  tags: ['Health'],
  summary: 'Is the process alive?',
  responses: { 200: answer(z.object({ status: z.literal('ok') }).openapi('Live'), 'It is') },
})

const ready = createRoute({
  method: 'get',
  path: '/health/ready',
  tags: ['Health'],
  summary: 'Can it serve requests?',
  responses: { 200: answer(readySchema, 'It can'), 503: answer(notReadySchema, 'Not now; `checks` says why') },
})

export const healthRoutes = ({ db, isPrepared }: Deps) =>
  createRoutes()
    .openapi(live, (c) => c.json({ status: 'ok' as const }, 200, { 'cache-control': 'no-store' }))
    .openapi(ready, async (c) => {
      const prepared = isPrepared() ? 'ok' : 'error'
      const checks = { database: await databaseCheck(db), migrations: prepared, job_queue: prepared } as const
      const headers = { 'cache-control': 'no-store' }
      return Object.values(checks).every((one) => one === 'ok')
        ? c.json({ status: 'ready' as const, checks }, 200, headers)
        : c.json({ status: 'not ready' as const, checks }, 503, headers)
    })

const databaseCheck = async (db: Deps['db']): Promise<z.infer<typeof check>> => {
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
