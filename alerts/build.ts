/** `npm run build:alerts [-- --check]` */
import { join } from 'node:path'
import { writeOrCheck } from '../catalogue/generated.ts'
import { slos } from '../catalogue/slo.ts'
import { ruleFiles } from './all.ts'
import { problems } from './check.ts'
import { operationsPage } from './operations/page.ts'
import { alertmanagerYaml } from './output/alertmanager.ts'
import { messagesTmpl } from './output/messages.ts'
import { rulesYaml } from './output/rules.ts'
import { runbookPages } from './output/runbooks.ts'
import { testsYaml } from './output/tests.ts'
import { withSilencers } from './silencers.ts'
import { sloProblems } from './slo/check.ts'

const command = 'npm run build:alerts'
const alerts = ruleFiles.flatMap(({ groups }) => groups.flatMap(({ alerts }) => alerts))

/** With those that only silence others. */
const evaluated = withSilencers(ruleFiles)

const refused = [...problems(ruleFiles), ...Object.entries(slos).flatMap(([id, slo]) => sloProblems(id, slo))]
if (refused.length > 0) {
  process.stderr.write(`Nothing is written:\n${refused.map((problem) => `- ${problem}\n`).join('')}`)
  process.exitCode = 1
} else {
  const rules = await writeOrCheck({
    folder: join(import.meta.dirname, 'generated'),
    extension: '.yaml',
    files: { ...rulesYaml(evaluated), ...testsYaml(evaluated), ...alertmanagerYaml(alerts) },
    command,
  })
  const messages = await writeOrCheck({
    folder: join(import.meta.dirname, 'generated'),
    extension: '.tmpl',
    files: messagesTmpl(),
    command,
  })
  const runbooks = await writeOrCheck({
    folder: join(import.meta.dirname, 'runbooks'),
    extension: '.md',
    files: runbookPages(alerts),
    command,
  })
  const operations = await writeOrCheck({
    folder: join(import.meta.dirname, '..', 'docs'),
    extension: 'operations.md',
    files: operationsPage(),
    command,
  })
  process.exitCode = rules || messages || runbooks || operations
}
