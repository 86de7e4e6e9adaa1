/** `npm run load`: traffic for a CRM that runs. `settings.ts` says what may be set. */
import { mix } from './mix.ts'
import { readSettings, type Settings } from './settings.ts'
import { soak } from './soak/soak.ts'
import { verdict } from './soak/verdict.ts'
import { table } from './stats.ts'
import { traffic } from './traffic.ts'

const settings = ((): Settings => {
  try {
    return readSettings(process.argv.slice(2), process.env)
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exit(1)
  }
})()

const stop = new AbortController()
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop.abort())

const log = (line: string): void => (settings.json ? console.error(line) : console.log(line))
const common = { perSecond: settings.rps, seconds: settings.seconds, mix, log, signal: stop.signal }
if (settings.soak) {
  const { API_URL: api, SANDBOX_URL: sandbox, PROMETHEUS_URL: prometheus, DF_ADMIN_SECRET: adminSecret } = settings
  const { report, findings } = await soak({ ...common, places: { api, sandbox, prometheus, adminSecret } })
  console.log(settings.json ? JSON.stringify({ ...report, findings }) : `\n${table(report)}\n\n${verdict(findings)}`)
  process.exit(findings.every(({ ok }) => ok) ? 0 : 1)
}
const report = await traffic({
  ...common,
  apiUrl: settings.API_URL,
  collectorHealthUrl: settings.COLLECTOR_HEALTH_URL,
})
console.log(settings.json ? JSON.stringify(report) : `\n${table(report)}`)
// Requests that are still under way are not waited for.
process.exit(0)
