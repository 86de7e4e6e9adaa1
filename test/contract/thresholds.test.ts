import { readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { number } from '../../catalogue/matchers.ts'
import { thresholds } from '../../catalogue/thresholds.ts'

const folder = resolve(import.meta.dirname, '../../alerts/generated/rules')

const expressions = async (): Promise<Map<string, string>> => {
  const texts = await Promise.all((await readdir(folder)).map((file) => readFile(join(folder, file), 'utf8')))
  const rules = texts.flatMap(
    (text) => (parse(text) as { groups: { rules: { alert?: string; expr: string }[] }[] }).groups,
  )
  return new Map(rules.flatMap((group) => group.rules).flatMap(({ alert, expr }) => (alert ? [[alert, expr]] : [])))
}

it('lines on panels stand where the alerts speak', async () => {
  const rules = await expressions()
  for (const [alert, threshold] of Object.entries(thresholds)) {
    const expr = rules.get(alert)
    if (expr !== undefined)
      expect(expr, alert).toMatch(new RegExp(`[<>]=? (bool )?${number(threshold).replace('.', '\\.')}(?![\\d.])`))
  }
})
