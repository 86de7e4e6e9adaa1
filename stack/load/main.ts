/** `npm run load`: traffic for a CRM that runs. `settings.ts` says what may be set. */
import { mix } from './mix.ts'
import { readSettings, type Settings } from './settings.ts'
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

const report = await traffic({
  apiUrl: settings.API_URL,
  collectorHealthUrl: settings.COLLECTOR_HEALTH_URL,
  perSecond: settings.rps,
  seconds: settings.seconds,
  mix,
  log: (line) => (settings.json ? console.error(line) : console.log(line)),
  signal: stop.signal,
})
console.log(settings.json ? JSON.stringify(report) : `\n${table(report)}`)
// Requests that are still under way are not waited for.
process.exit(0)
