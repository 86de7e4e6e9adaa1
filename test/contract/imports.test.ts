import { describe, expect, it } from 'vitest'
import { forbidden, type Manifest, undeclared } from './import-rules.ts'
import { importsOf, sources, text } from './tree.ts'

const all = async () => {
  const found: { file: string; imported: Awaited<ReturnType<typeof importsOf>>[number] }[] = []
  for (const file of await sources())
    for (const imported of await importsOf(file, await text(file))) found.push({ file, imported })
  return found
}

const ours = (target: string, isType = false) => ({ target, isOurs: true, isType })

describe('the import table', () => {
  it('is kept by every file', async () => {
    const imports = await all()
    // The reader has read something.
    expect(imports.length).toBeGreaterThan(300)
    const broken = imports.flatMap(({ file, imported }) => {
      const reason = forbidden(file, imported)
      return reason ? [`${file} → ${imported.target}: ${reason}`] : []
    })
    expect(broken).toEqual([])
  })

  it.each([
    ['catalogue/slo.ts', ours('catalogue/metrics.ts')],
    ['app/worker.ts', ours('catalogue/metrics.ts')],
    ['app/server.ts', ours('app/modules/contacts/routes.ts')],
    ['app/modules/contacts/routes.ts', ours('app/modules/contacts/service.ts')],
    ['app/modules/contacts/routes.ts', ours('app/http/paging.ts')],
    ['alerts/rules/api-down.ts', ours('catalogue/promql.ts')],
    ['stack/verify/rules.ts', ours('alerts/all.ts')],
    ['stack/load/visitor.ts', ours('app/server.ts', true)],
    ['stack/sandbox/oauth.ts', ours('stack/sandbox/page.ts')],
    ['catalogue/promql.test.ts', ours('test/grammar.ts')],
    ['test/e2e/verified.test.ts', ours('app/server.ts')],
    ['catalogue/slo.ts', { target: 'node:fs', isOurs: false, isType: false }],
  ])('allows %s %o', (file, imported) => {
    expect(forbidden(file, imported)).toBeUndefined()
  })

  it.each([
    ['catalogue/slo.ts', ours('app/config.ts')],
    ['catalogue/slo.ts', ours('app/config.ts', true)],
    ['app/worker.ts', ours('stack/ports.ts')],
    ['app/worker.ts', ours('test/grammar.ts')],
    ['app/modules/contacts/routes.ts', ours('app/modules/leads/service.ts')],
    ['app/modules/contacts/routes.ts', ours('app/modules/leads/schemas.ts', true)],
    ['dashboards/panels.ts', ours('alerts/all.ts')],
    ['alerts/all.ts', ours('dashboards/all.ts')],
    ['stack/verify/rules.ts', ours('app/config.ts', true)],
    ['stack/load/visitor.ts', ours('app/server.ts')],
    ['stack/load/visitor.ts', ours('stack/ports.ts')],
    ['stack/sandbox/oauth.ts', ours('catalogue/metrics.ts')],
    ['stack/sandbox/oauth.ts', ours('stack/ports.ts')],
    ['elsewhere/a.ts', ours('catalogue/metrics.ts')],
  ])('forbids %s %o', (file, imported) => {
    expect(forbidden(file, imported)).toEqual(expect.any(String))
  })
})

describe('packages', () => {
  it('are declared, and those that run outside of tests are no development dependencies', async () => {
    const manifest: Manifest = JSON.parse(await text('package.json'))
    const broken = (await all()).flatMap(({ file, imported }) => {
      const reason = undeclared(file, imported, manifest)
      return reason ? [`${file} → ${imported.target}: ${reason}`] : []
    })
    expect(broken).toEqual([])
  })

  it.each([
    ['app/main.ts', 'hono/cors', false, undefined],
    ['app/main.ts', 'vitest', false, 'vitest is in devDependencies only'],
    ['app/main.ts', '@types/node', true, undefined],
    ['app/main.test.ts', 'vitest', false, undefined],
    ['app/main.ts', '@scope/unknown/part', false, '@scope/unknown is not in package.json'],
  ])('%s → %s', (file, target, isType, reason) => {
    const manifest = { dependencies: { hono: '4' }, devDependencies: { vitest: '5', '@types/node': '24' } }
    expect(undeclared(file, { target, isOurs: false, isType }, manifest)).toBe(reason)
  })
})

it('the reader finds every kind of import, also beside comments and texts that look like one', async () => {
  const source = `
    import a, { b } from './a.ts'
    import type { C } from '../app/c.ts'
    import './d.ts'
    export { e } from './e.ts'
    export type { F } from './f.ts'
    // import './comment.ts'
    const text = "import './text.ts'"
    const lazy = await import('./g.ts')
    type H = import('./h.ts').H
    import { readFile } from 'node:fs'
  `
  const found = (await importsOf('stack/load/x.ts', source)).map(({ target, isType }) => [target, isType])
  expect(found).toEqual([
    ['stack/load/a.ts', false],
    ['stack/app/c.ts', true],
    ['stack/load/d.ts', false],
    ['stack/load/e.ts', false],
    ['stack/load/f.ts', true],
    ['stack/load/g.ts', false],
    ['stack/load/h.ts', true],
    ['node:fs', false],
  ])
})
