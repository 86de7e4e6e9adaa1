/** The verifier on the running stack: it finds everything, and misses what is not there. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { type Place, root } from '../../stack/place.ts'
import { firstStartMs, sharedStack, verify } from './running-stack.ts'

let place: Place
beforeAll(async () => {
  place = await sharedStack()
}, firstStartMs)

// It asks again for as long as data may take by itself: what is still missing then is missing.
test('each panel has data, each rule is healthy, a fresh request is found in each backend', { retry: 0 }, async () => {
  const { code, stdout } = await verify(place, '--json', '--ranges', '--timeout', '180')
  const report = JSON.parse(stdout) as { ok: boolean; results: { group: string; name: string; state: string }[] }
  expect(report.results.filter(({ state }) => state === 'empty' || state === 'error')).toEqual([])
  expect(code).toBe(0)
  const groups = new Set(report.results.map(({ group }) => group))
  expect([...groups]).toEqual(expect.arrayContaining(['System Overview', 'API Performance']))
  expect(report.results.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['Database over 15m', 'Database over 24h', 'Database over 30d']),
  )
})

test('a panel whose query returns nothing fails, and the report names it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'crm-dashboards-'))
  try {
    await cp(join(root, 'dashboards/generated'), folder, { recursive: true })
    const file = join(folder, 'crm/api-performance.json')
    const broken = (await readFile(file, 'utf8')).replaceAll('http_errors_total', 'http_errors_of_nobody_total')
    await writeFile(file, broken)
    const { code, stdout } = await verify(place, '--dashboards', folder, '--timeout', '0')
    expect(stdout).toContain('http_errors_of_nobody_total')
    expect(code).toBe(1)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
