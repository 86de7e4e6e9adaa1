import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { readPlace, root } from '../place.ts'
import { urlOf } from '../ports.ts'
import { dashboardsFolder, loadDashboards } from '../queries/dashboards.ts'
import { absentSoftware } from './absent.ts'
import { passed, settle } from './check.ts'
import { metricChecks } from './metrics.ts'
import { panelChecks } from './panels.ts'
import { rangeChecks } from './ranges.ts'
import { progress, reportText } from './report.ts'
import { freshRequest } from './request.ts'
import { ruleChecks } from './rules.ts'
import { serverChecks } from './servers.ts'
import { expectStack } from './there.ts'

const usage = `Checks a running stack: every panel has data, every metric and rule is there, a request is found everywhere.

npm run verify -- [options]

  --json                 the results as JSON on stdout, for programs
  --timeout <s>          how long to wait for data (120)
  --ranges               also run every query over 15 minutes, 24 hours and 30 days
  --dashboards <folder>  dashboard JSON of your own in place of dashboards/generated
  --help

Exits with 0 when everything was found, 1 when something was not or no stack runs, 2 when it was called wrongly.
`

/** @throws on options that do not exist or a time limit that is no number */
const readOptions = () => {
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      ranges: { type: 'boolean', default: false },
      timeout: { type: 'string', default: '120' },
      dashboards: { type: 'string', default: dashboardsFolder },
      help: { type: 'boolean', default: false },
    },
  })
  const seconds = Number(values.timeout)
  if (!(seconds >= 0)) throw new Error(`--timeout takes seconds, not "${values.timeout}"`)
  return { ...values, limitMs: seconds * 1_000 }
}

type Options = ReturnType<typeof readOptions>

const verify = async ({ json, ranges, limitMs, dashboards: folder }: Options, signal: AbortSignal): Promise<number> => {
  const place = readPlace()
  try {
    await expectStack(place, signal)
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`)
    return 1
  }
  const prometheus = urlOf(place, 'prometheus')
  const absent = await absentSoftware(place, signal)
  const dashboards = await loadDashboards(folder)
  if (dashboards.length === 0) throw new Error(`no dashboards in ${folder}: npm run build:dashboards writes them`)
  const backends = {
    prometheus,
    loki: urlOf(place, 'loki'),
    ...(absent.has('tempo') ? {} : { tempo: urlOf(place, 'tempo') }),
  }
  const request = freshRequest({
    ...backends,
    api: urlOf(place, 'api'),
    tracesFolder: join(place.data, 'collector', 'traces'),
  })
  const checks = [
    ...serverChecks({ place, absent, uids: dashboards.map(({ uid }) => uid) }),
    ...request.checks,
    ...(await ruleChecks(prometheus, join(root, 'alerts', 'generated', 'rules'))),
    ...metricChecks({ prometheus, absent }),
    ...panelChecks(dashboards, { backends, absent }),
    ...(ranges ? rangeChecks(dashboards, backends) : []),
  ]
  const results = await settle(checks, {
    limitMs,
    signal,
    onRound: progress(limitMs, (line) => process.stderr.write(line)),
  })
  await request.cleanUp()
  const ok = results.every(passed)
  process.stdout.write(json ? `${JSON.stringify({ ok, results }, null, 2)}\n` : reportText(results))
  return ok ? 0 : 1
}

const stop = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort())

try {
  const options = readOptions()
  if (options.help) process.stdout.write(usage)
  else process.exitCode = await verify(options, stop.signal)
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`)
  process.exitCode = 2
}
