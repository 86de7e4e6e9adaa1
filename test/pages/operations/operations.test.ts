/** The application in a real Chromium, over the service itself, whose every text from outside is an attempt at injection. */
import { metrics as otel } from '@opentelemetry/api'
import { afterAll, beforeAll } from 'vitest'
import { startTestMetrics } from '../../../app/telemetry/test-metrics.ts'
import { type Site, startSite } from './browser.ts'
import { everyPage } from './every-page.ts'
import { evil, injection } from './injection.ts'
import { type Seeded, seed } from './seed.ts'
import { values } from './values.ts'

const collect = startTestMetrics()
let site: Site
let seeded: Seeded
beforeAll(async () => {
  const started = await startSite()
  if (!started) return
  site = started
  await site.cookie('admin')
  // Before anybody knows who has signed in.
  await site.service.db
    .updateTable('users')
    .set({ name: evil('user') })
    .execute()
  seeded = await seed(site, evil)
})
afterAll(async () => {
  await site?.stop()
  otel.disable()
})

everyPage(() => site, collect)
values(() => site)
injection(
  () => site,
  () => seeded,
)
