import { execFile } from 'node:child_process'
import { appendFile, cp, mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '../..')

/** A copy of what the generators need, in which files can be edited by hand. */
let copy: string
beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'crm-build-'))
  for (const room of ['catalogue', 'dashboards', 'alerts', 'stack', 'docs', 'package.json'])
    await cp(join(root, room), join(copy, room), { recursive: true })
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'))
})
afterAll(() => rm(copy, { recursive: true, force: true }))

/** `npm run build -- <args>` in the copy. */
const build = (...args: string[]): Promise<{ code: number; output: string }> =>
  promisify(execFile)('npm', ['run', '--silent', 'build', '--', ...args], { cwd: copy }).then(
    ({ stdout }) => ({ code: 0, output: stdout }),
    ({ code, stdout }: { code: number; stdout: string }) => ({ code, output: stdout }),
  )

it('committed files are as generated', async () => {
  expect(await build('--check')).toEqual({ code: 0, output: '' })
})

it.each([
  ['alerts/generated/rules/api-down.yaml', '# edited\n', '- # edited'],
  ['alerts/runbooks/database-down.md', 'edited\n', '- edited'],
  ['dashboards/generated/crm/api-performance.json', '{}\n', '- {}'],
  ['docs/metrics.md', 'edited\n', '- edited'],
])('an edit of %s by hand is found, shown, and left alone; the build undoes it', async (path, edit, shown) => {
  const file = join(copy, path)
  const before = await readFile(file, 'utf8')
  await appendFile(file, edit)
  const { code, output } = await build('--check')
  expect(code).toBe(1)
  expect(output).toContain(path)
  expect(output).toContain(shown)
  expect(await readFile(file, 'utf8')).toBe(before + edit)
  expect((await build()).code).toBe(0)
  expect(await readFile(file, 'utf8')).toBe(before)
})

it('every stale file is named at once, whichever generator it belongs to', async () => {
  const files = [
    'alerts/generated/rules/api-down.yaml',
    'dashboards/generated/crm/api-performance.json',
    'docs/metrics.md',
  ]
  for (const file of files) await appendFile(join(copy, file), '\n')
  const { code, output } = await build('--check')
  expect(code).toBe(1)
  for (const file of files) expect(output).toContain(file)
  expect((await build()).code).toBe(0)
})
