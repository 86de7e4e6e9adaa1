import { execFile } from 'node:child_process'
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const run = promisify(execFile)

/** Gives a metric of the tree's catalogue another name. */
const rename = async (folder: string, metric: string): Promise<void> => {
  for (const file of await readdir(join(folder, 'catalogue/metrics'))) {
    const path = join(folder, 'catalogue/metrics', file)
    const text = await readFile(path, 'utf8')
    if (!text.includes(`  ${metric}: `)) continue
    await writeFile(path, text.replace(`  ${metric}: `, `  ${metric}_renamed: `))
    return
  }
  throw new Error(`the catalogue has no metric ${metric}`)
}

/** What the compiler says about the tree, one line an error. */
const compile = async (folder: string): Promise<string[]> => {
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  const output = await run(process.execPath, [tsc, '--noEmit', '--pretty', 'false'], { cwd: folder }).then(
    ({ stdout }) => stdout,
    (error: { stdout: string }) => error.stdout,
  )
  return output.split('\n')
}

/** Files with an error that names the metric as what is not known any more. */
const filesNaming = (errors: readonly string[], metric: string): string[] => {
  const named = errors.filter((line) => line.includes(`"${metric}"`) || line.includes(`'${metric}'`))
  return [...new Set(named.flatMap((line) => /^(\S+?)\(\d+,\d+\): error/.exec(line)?.[1] ?? []))]
}

describe('renaming metrics in the catalogue', () => {
  let folder: string
  let errors: string[]
  beforeAll(async () => {
    // Without stack/: nothing there names a metric by itself, and the typed client costs the compiler most of its time.
    folder = await mkdtemp(join(tmpdir(), 'crm-rename-'))
    for (const room of ['catalogue', 'app', 'dashboards', 'alerts', 'package.json', 'tsconfig.json'])
      await cp(join(root, room), join(folder, room), { recursive: true })
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
    for (const metric of ['http_requests_total', 'postgres_up', 'queue_depth']) await rename(folder, metric)
    errors = await compile(folder)
  }, 240_000)
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it.each([
    [
      'http_requests_total',
      [
        'app/telemetry/http.ts',
        'dashboards/system-overview.ts',
        'dashboards/api-performance.ts',
        'alerts/rules/high-error-rate.ts',
      ],
    ],
    ['postgres_up', ['app/telemetry/database.ts', 'dashboards/system-overview.ts', 'alerts/rules/database-down.ts']],
    ['queue_depth', ['app/jobs/depths.ts', 'dashboards/system-overview.ts', 'alerts/rules/queue-backlog.ts']],
  ])('%s stops every instrument, dashboard and rule that uses it from compiling', (metric, users) => {
    expect(filesNaming(errors, metric)).toEqual(expect.arrayContaining(users))
  })
})
