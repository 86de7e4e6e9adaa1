/**
 * `npm run bench:rules`: what the generated rules cost with 50 tenants of five integrations each. A Prometheus of its own scrapes
 * series of every metric of the catalogue and evaluates the rules for three minutes; prints the share of its interval that each
 * group takes, and exits with 1 above 5 % in all. Beside it: how long the generators and all promtool cases take.
 */
import { spawn } from 'node:child_process'
import { cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ensureServer } from '../../stack/launch/server-build.ts'
import { root } from '../../stack/place.ts'
import { freePort } from '../integration/telemetry/harness.ts'
import { endWith } from './kit/end.ts'
import { exposition } from './rule-cost-series.ts'

const limit = 0.05
const seconds = Number(process.argv[2] ?? 180)

const found = await ensureServer('prometheus')
if (found.state === 'missing') throw new Error(found.reason)
const folder = await mkdtemp(join(tmpdir(), 'rule-cost-'))
const [own, port] = [await freePort(), await freePort()]
const startedAt = Date.now()
let series = 0
const targets = createServer((request, response) => {
  const text = exposition(request.url?.slice(1) ?? '', (Date.now() - startedAt) / 1_000)
  // Prometheus refuses a scrape that does not say what it is.
  response.setHeader('content-type', 'text/plain; version=0.0.4').end(text)
}).listen(own, '127.0.0.1')

const jobs = ['api', 'worker', 'mcp'] as const
for (const job of jobs)
  series += exposition(job, 0)
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#')).length
await cp(join(root, 'alerts', 'generated', 'rules'), join(folder, 'rules'), { recursive: true })
await writeFile(
  join(folder, 'prometheus.yml'),
  JSON.stringify({
    global: { scrape_interval: '5s', scrape_timeout: '4s', evaluation_interval: '60s' },
    rule_files: ['rules/*.yaml'],
    scrape_configs: [
      ...jobs.map((job) => ({
        job_name: job,
        honor_labels: true,
        metrics_path: `/${job}`,
        static_configs: [{ targets: [`127.0.0.1:${own}`], labels: { service: job } }],
      })),
      {
        job_name: 'prometheus',
        static_configs: [{ targets: [`127.0.0.1:${port}`], labels: { service: 'prometheus' } }],
      },
    ],
  }),
)
const prometheus = spawn(
  found.binaries.prometheus,
  [
    `--config.file=${join(folder, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ],
  { stdio: 'ignore' },
)

interface Groups {
  readonly data: {
    readonly groups: readonly {
      name: string
      interval: number
      evaluationTime: number
      rules: readonly { health: string }[]
    }[]
  }
}
const readGroups = async () => {
  const response = await fetch(`http://127.0.0.1:${port}/api/v1/rules`).catch(() => undefined)
  return response?.ok ? ((await response.json()) as Groups).data.groups : []
}

/** Samples of the newest scrape of all targets together: without them the rules would be evaluated over nothing. */
const readScraped = async (): Promise<number> => {
  const query = new URLSearchParams({ query: 'sum(scrape_samples_scraped{job=~"api|worker|mcp"} * on (job) up)' })
  const response = await fetch(`http://127.0.0.1:${port}/api/v1/query?${query}`)
  const { data } = (await response.json()) as { data: { result: { value: [number, string] }[] } }
  return Number(data.result[0]?.value[1] ?? 0)
}

/** Seconds of each evaluation that was seen, by group. */
const seen = new Map<string, { interval: number; rules: number; times: number[] }>()
let scraped = 0
try {
  process.stderr.write(`${series} series; the rules are evaluated for ${seconds} s\n`)
  for (const until = Date.now() + seconds * 1_000; Date.now() < until; await sleep(5_000)) {
    for (const { name, interval, evaluationTime, rules } of await readGroups()) {
      const entry = seen.get(name) ?? { interval, rules: rules.length, times: [] }
      if (evaluationTime > 0) entry.times.push(evaluationTime)
      seen.set(name, entry)
    }
  }
  scraped = await readScraped()
} finally {
  prometheus.kill('SIGTERM')
  targets.close()
  targets.closeAllConnections()
  await new Promise((done) => prometheus.once('exit', done))
  await rm(folder, { recursive: true, force: true })
}

if (scraped < series) throw new Error(`only ${scraped} of ${series} series were scraped: nothing was measured`)

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
const shares = [...seen].map(([name, { interval, rules, times }]) => ({
  name,
  interval,
  rules,
  share: median(times) / interval,
}))
const total = shares.reduce((sum, { share }) => sum + share, 0)
const percent = (share: number): string => `${(100 * share).toFixed(2)} %`
const files = (await readdir(join(root, 'alerts', 'generated', 'rules'))).length
console.log(`| group | rules | interval | share of the interval |\n| --- | --- | --- | --- |`)
for (const { name, rules, interval, share } of shares.toSorted((a, b) => b.share - a.share).slice(0, 12))
  console.log(`| ${name} | ${rules} | ${interval} s | ${percent(share)} |`)
console.log(
  `| all ${shares.length} groups of ${files} files | ${shares.reduce((sum, { rules }) => sum + rules, 0)} | | ${percent(total)} (limit ${percent(limit)}) |`,
)
endWith(total <= limit && shares.length > 0 ? 0 : 1)
