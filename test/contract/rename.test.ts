import { execFile } from 'node:child_process'
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const run = promisify(execFile)

const restore = (folder: string, file: string) =>
  cp(join(root, 'catalogue/metrics', file), join(folder, 'catalogue/metrics', file))

/** The file of the catalogue that defines a metric. */
const definitionOf = async (metric: string): Promise<{ file: string; text: string }> => {
  for (const file of await readdir(join(root, 'catalogue/metrics'))) {
    const text = await readFile(join(root, 'catalogue/metrics', file), 'utf8')
    if (text.includes(`  ${metric}: `)) return { file, text }
  }
  throw new Error(`the catalogue has no metric ${metric}`)
}

/** Compiles a copy of the tree in which one metric of the catalogue has another name; answers the files that no longer compile. */
const filesBrokenBy = async (folder: string, metric: string): Promise<string[]> => {
  for (const file of await readdir(join(folder, 'catalogue/metrics'))) await restore(folder, file)
  const { file, text: before } = await definitionOf(metric)
  await writeFile(join(folder, 'catalogue/metrics', file), before.replace(`  ${metric}: `, `  ${metric}_renamed: `))
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  const output = await run(process.execPath, [tsc, '--noEmit', '--pretty', 'false'], { cwd: folder }).then(
    ({ stdout }) => stdout,
    (error: { stdout: string }) => error.stdout,
  )
  return [...new Set([...output.matchAll(/^(\S+?)\(\d+,\d+\): error/gm)].map(([, file]) => file ?? ''))]
}

describe('renaming a metric in the catalogue', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'crm-rename-'))
    for (const room of ['catalogue', 'app', 'dashboards', 'alerts', 'stack', 'package.json', 'tsconfig.json'])
      await cp(join(root, room), join(folder, room), { recursive: true })
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
  })
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
  ])('%s stops every instrument, dashboard and rule that uses it from compiling', async (metric, users) => {
    expect(await filesBrokenBy(folder, metric)).toEqual(expect.arrayContaining(users))
  })
})
