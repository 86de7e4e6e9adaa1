/** The application in a real Chromium, over the service itself, whose every text from outside is an attempt at injection. */
import { metrics as otel } from '@opentelemetry/api'
import { afterAll, beforeAll } from 'vitest'
import { startTestMetrics } from '../../../app/telemetry/test-metrics.ts'
import { type Site, startSite } from './browser.ts'
import { everyPage } from './every-page.ts'
import { evil, injection } from './injection.ts'
import { type Seeded, seed } from './seed.ts'
import { startTelemetry, type Telemetry } from './telemetry.ts'
import { values } from './values.ts'

const collect = startTestMetrics()
let telemetry: Telemetry
let site: Site
let seeded: Seeded
beforeAll(async () => {
  telemetry = await startTelemetry()
  const started = await startSite(telemetry.env)
  if (!started) return
  site = started
  await site.cookie('admin')
  // Before anybody knows who has signed in.
  await site.service.db
    .updateTable('users')
    .set({ name: evil('user') })
    .execute()
  seeded = await seed(site, evil)
  await telemetry.fire(
    { alertname: 'HighErrorRate', severity: 'critical', priority: 'P1', receivers: 'page' },
    { summary: evil('summary'), description: evil('description'), runbook_url: 'javascript:window.ran=1' },
  )
})
afterAll(async () => {
  await site?.stop()
  await telemetry?.stop()
  otel.disable()
})

everyPage(() => site, collect)
values(
  () => site,
  () => telemetry.missing,
)
injection(
  () => site,
  () => seeded,
)
