import { basename } from 'node:path'
import { describe, expect, it } from 'vitest'
import { files, sources, text } from './tree.ts'

/** At the root stands what has to stand there, and nothing that can live in a room. */
const topLevel = [
  // rooms
  ...['alerts', 'app', 'catalogue', 'dashboards', 'docs', 'scripts', 'stack', 'test'],
  // what a person looks for at the root
  ...['README.md', 'otel-collector.yaml', 'prometheus.yml', 'docker-compose.yml'],
  // where tools look
  ...['.ci', '.gitignore', 'biome.json', 'package-lock.json', 'package.json', 'tsconfig.json'],
]

/** Names that tools prescribe. */
const prescribed = [/^README\.md$/, /^Dockerfile(\.dockerignore)?$/, /^\.gitignore$/, /^go\.(mod|sum)$/]

/** `words-in-lower-case.kind`, with as many kinds as needed: `promql.test-d.ts`. */
const kebabCase = /^[a-z\d]+(-[a-z\d]+)*(\.[a-z\d]+(-[a-z\d]+)*)*$/

const isWellNamed = (file: string): boolean =>
  file.split('/').every((part) => part === '.ci' || kebabCase.test(part) || prescribed.some((name) => name.test(part)))

/** Written by the collector's builder, in its own style. */
const isBuiltByOthers = (file: string): boolean => file.startsWith('stack/servers/otelcol/') && file.endsWith('.go')

const longestFile = 300

describe('the rules of the house', () => {
  it('only what must be at the root is there', async () => {
    const entries = new Set((await files()).map((file) => file.split('/')[0] ?? ''))
    expect([...entries].filter((entry) => !topLevel.includes(entry))).toEqual([])
  })

  it('files are kebab-case', async () => {
    const bad = (await files()).filter((file) => !isBuiltByOthers(file) && !isWellNamed(file))
    expect(bad).toEqual([])
  })

  it.each([
    ['app/db/embedded-main.ts', true],
    ['catalogue/promql.test-d.ts', true],
    ['app/db/migrations/001-crm.ts', true],
    ['app/userService.ts', false],
    ['app/user_service.ts', false],
    ['app/User/routes.ts', false],
    ['app/-x.ts', false],
  ])('%s is well named: %s', (file, expected) => {
    expect(isWellNamed(file)).toBe(expected)
  })

  it('nothing is exported wholesale', async () => {
    const bad: string[] = []
    for (const file of await sources()) if (/^\s*export\s*\*/m.test(await text(file))) bad.push(file)
    expect(bad).toEqual([])
  })

  it(`no file has more than ${longestFile} lines: one idea each`, async () => {
    const bad: string[] = []
    for (const file of await sources()) {
      const lines = (await text(file)).trimEnd().split('\n').length
      if (lines > longestFile) bad.push(`${file}: ${lines}`)
    }
    expect(bad).toEqual([])
  })

  it('nothing is left over: no unfinished business, no tests that are left out or alone', async () => {
    const leftOver = /\b(TODO|FIXME)\b|\b(it|test|describe)\.(only|todo)\b/
    const bad: string[] = []
    for (const file of await sources()) {
      const line = (await text(file)).split('\n').find((one) => leftOver.test(one))
      if (line && basename(file) !== basename(import.meta.filename)) bad.push(`${file}: ${line.trim()}`)
    }
    expect(bad).toEqual([])
  })
})
