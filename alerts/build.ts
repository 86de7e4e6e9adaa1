/** `npm run build:alerts [-- --check]` */
import { join } from 'node:path'
import { writeOrCheck } from '../catalogue/generated.ts'
import { ruleFiles } from './all.ts'
import { alertmanagerYaml } from './output/alertmanager.ts'
import { rulesYaml } from './output/rules.ts'
import { testsYaml } from './output/tests.ts'

const command = 'npm run build:alerts'
const alerts = ruleFiles.flatMap(({ groups }) => groups.flatMap(({ alerts }) => alerts))

process.exitCode = await writeOrCheck({
  folder: join(import.meta.dirname, 'generated'),
  extension: '.yaml',
  files: { ...rulesYaml(ruleFiles), ...testsYaml(ruleFiles), ...alertmanagerYaml(alerts) },
  command,
})
