import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as statements from '../../alerts/sql.ts'
import { type Service, startService } from './crm/service.ts'

let service: Service
beforeAll(async () => {
  service = await startService()
})
afterAll(() => service?.stop())

test.each(Object.entries(statements))(
  '%s runs on the service’s database, and changes nothing',
  async (_name, { text }) => {
    const rows = await service.db.transaction().execute(async (transaction) => {
      await sql`set transaction read only`.execute(transaction)
      return (await sql.raw(text).execute(transaction)).rows
    })
    expect(rows).toBeInstanceOf(Array)
  },
)
