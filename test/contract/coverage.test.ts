import { readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { parse } from 'yaml'
import { series } from '../../catalogue/series.ts'
import { queryCount, type Rule, type Uses, unknown, unused } from '../../stack/docs/coverage.ts'
import { loadDashboards } from '../../stack/queries/dashboards.ts'

const folder = resolve(import.meta.dirname, '../../alerts/generated/rules')

let uses: Uses
beforeAll(async () => {
  const texts = await Promise.all((await readdir(folder)).map((file) => readFile(join(folder, file), 'utf8')))
  const rules = texts.flatMap((text) =>
    (parse(text) as { groups: { rules: Rule[] }[] }).groups.flatMap((group) => group.rules),
  )
  uses = { dashboards: await loadDashboards(), rules }
  // An empty folder would make the tests below say that all is well.
  expect(uses.dashboards).toHaveLength(14)
  expect(queryCount(uses)).toBeGreaterThan(300)
})

it('every metric of the catalogue is shown by a panel or read by a rule', () => {
  expect(unused(series, uses)).toEqual([])
})

it('every query of a panel or a rule is backed by the catalogue, or by what a rule records', () => {
  expect(unknown(series, uses)).toEqual([])
})
