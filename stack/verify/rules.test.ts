import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { fakePrometheus } from './fake-prometheus.ts'
import { ruleChecks } from './rules.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crm-rules-'))
  await writeFile(
    join(folder, 'api.yaml'),
    'groups:\n  - name: api\n    rules:\n      - { record: "a:b", expr: "1" }\n      - { alert: ApiDown, expr: "up == 0" }\n',
  )
})
afterAll(() => rm(folder, { recursive: true }))

const find = async (groups: unknown[]) => {
  await using prometheus = await fakePrometheus({
    query: () => undefined,
    json: { '/api/v1/rules': { data: { groups } } },
  })
  const [check] = await ruleChecks(prometheus.url, folder)
  return await check?.run(new AbortController().signal)
}
const rule = (name: string, health = 'ok', lastError?: string) => ({ name, health, lastError })

it('a group is loaded just as the file has it, and evaluates', async () => {
  expect(await find([{ name: 'api', rules: [rule('a:b'), rule('ApiDown')] }])).toEqual({ state: 'ok' })
})
it.each([
  [[], { state: 'error', note: 'not loaded' }],
  [[{ name: 'api', rules: [rule('a:b')] }], { state: 'error', note: 'not loaded: ApiDown' }],
  [
    [{ name: 'api', rules: [rule('a:b'), rule('ApiDown'), rule('Old')] }],
    { state: 'error', note: 'loaded, but no longer in the file: Old' },
  ],
  [
    [{ name: 'api', rules: [rule('a:b', 'err', 'many-to-many'), rule('ApiDown')] }],
    { state: 'error', note: 'a:b: many-to-many' },
  ],
  [
    [{ name: 'api', rules: [rule('a:b', 'unknown'), rule('ApiDown')] }],
    { state: 'empty', note: '1 not evaluated yet' },
  ],
])('otherwise it says what is wrong: %j', async (groups, finding) => {
  expect(await find(groups)).toEqual(finding)
})

it('no rule files at all is an error, too', async () => {
  const [check] = await ruleChecks('http://127.0.0.1:1', join(folder, 'none'))
  expect(await check?.run(new AbortController().signal)).toMatchObject({ state: 'error' })
})
