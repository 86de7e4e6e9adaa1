/** `npm run build:docs [-- --check]`: pages that are made from the catalogue and from what the other generators wrote. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import { foreignMetrics } from '../../catalogue/foreign-metrics.ts'
import { writeOrCheck } from '../../catalogue/generated.ts'
import { metrics } from '../../catalogue/metrics.ts'
import { recorded } from '../../catalogue/recorded.ts'
import { root } from '../place.ts'
import { loadDashboards } from '../queries/dashboards.ts'
import type { Rule } from './coverage.ts'
import { dashboardsPages } from './dashboards-pages.ts'
import { metricsPage } from './metrics-page.ts'

const rulesFolder = join(root, 'alerts', 'generated', 'rules')

const loadRules = async (): Promise<Rule[]> => {
  const files = (await readdir(rulesFolder)).sort()
  const texts = await Promise.all(files.map((file) => readFile(join(rulesFolder, file), 'utf8')))
  return texts.flatMap((text) => (parse(text) as { groups: { rules: Rule[] }[] }).groups.flatMap(({ rules }) => rules))
}

const sections = [
  { title: 'Of the service', metrics },
  { title: 'Recorded by rules', metrics: recorded },
  { title: 'Of others, as far as we query them', metrics: foreignMetrics },
]
const dashboards = await loadDashboards()
const uses = { dashboards, rules: await loadRules() }

const code = await writeOrCheck({
  folder: join(root, 'docs'),
  extension: 'metrics.md',
  files: { 'metrics.md': metricsPage(sections, uses) },
  command: 'npm run build:docs',
})
const pagesCode = await writeOrCheck({
  folder: join(root, 'docs', 'dashboards'),
  extension: '.md',
  files: dashboardsPages(dashboards),
  command: 'npm run build:docs',
})
// `npm run build` runs the other builds in the same process: no failure may be forgotten.
process.exitCode ||= code || pagesCode
