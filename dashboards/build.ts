/** `npm run build:dashboards [-- --check]` */
import { join } from 'node:path'
import { writeOrCheck } from '../catalogue/generated.ts'
import { dashboardFiles } from './json.ts'

// `npm run build` runs the alerts' build first in the same process, whose failure must not be forgotten.
process.exitCode ||= await writeOrCheck({
  folder: join(import.meta.dirname, 'generated'),
  extension: '.json',
  files: dashboardFiles(),
  command: 'npm run build:dashboards',
})
