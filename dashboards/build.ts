/** `npm run build:dashboards [-- --check]` */
import { join } from 'node:path'
import { writeOrCheck } from '../catalogue/generated.ts'
import { dashboardFiles } from './json.ts'

const code = await writeOrCheck({
  folder: join(import.meta.dirname, 'generated'),
  extension: '.json',
  files: dashboardFiles(),
  command: 'npm run build:dashboards',
})
// `npm run build` runs the other builds in the same process: no failure may be forgotten.
process.exitCode ||= code
