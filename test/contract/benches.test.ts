import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { withFigures } from '../bench/kit/page.ts'
import { readResults } from '../bench/kit/results.ts'
import { text } from './tree.ts'

const folder = join(import.meta.dirname, '..', 'bench')

/** The benches of `npm run bench`: what is no bench there has a command of its own. */
const benchFiles = async (): Promise<string[]> => {
  const names = (await readdir(folder)).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  const found: string[] = []
  for (const name of names) if ((await text(`test/bench/${name}`)).includes(': Bench = {')) found.push(name)
  return found
}

it('each bench is listed, under the name of its file', async () => {
  const files = await benchFiles()
  expect(files).toEqual(expect.arrayContaining(['throughput.ts', 'cpu.ts', 'latency.ts', 'memory.ts']))
  const main = await text('test/bench/main.ts')
  const listed =
    /readonly Bench\[\] = \[([^\]]*)\]/
      .exec(main)?.[1]
      ?.split(',')
      .map((name) => name.trim()) ?? []
  for (const file of files) {
    const name = file.slice(0, -'.ts'.length)
    expect(await text(`test/bench/${file}`)).toContain(`name: '${name}'`)
    const imported = new RegExp(`import \\{ (\\w+) \\} from './${name}\\.ts'`).exec(main)?.[1]
    expect(listed, file).toContain(imported)
  }
})

it('stored results have a date, a machine, rows and the runs behind them', async () => {
  for (const [name, { title, at, machine, rows, runs }] of await readResults()) {
    expect(title, name).toMatch(/\w/)
    expect(new Date(at).toISOString(), name).toBe(at)
    expect(machine.cores, name).toBeGreaterThan(0)
    expect(rows.length, name).toBeGreaterThan(0)
    for (const row of rows)
      expect(row, name).toEqual({
        what: expect.stringMatching(/\w/),
        how: expect.stringMatching(/\w/),
        reach: expect.stringMatching(/\w/),
        reached: expect.stringMatching(/\S/),
        ok: expect.any(Boolean),
      })
    expect(JSON.stringify(runs ?? null).length, name).toBeGreaterThan(10)
  }
})

it('docs/cost.md shows what is stored, as `npm run bench -- --docs` writes it', async () => {
  const page = await text('docs/cost.md')
  expect(withFigures(page, await readResults())).toBe(page)
})
