import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { difference, writeOrCheck } from './generated.ts'

let folder: string
let printed: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crm-generated-'))
  printed = ''
})
afterEach(() => rm(folder, { recursive: true }))

const run = (files: Record<string, string>, check: boolean) =>
  writeOrCheck(
    { folder, extension: '.json', files, command: 'npm run build' },
    {
      check,
      print: (text) => {
        printed += text
        return true
      },
    },
  )

describe('generated files', () => {
  it('are written, also into folders, and what is no longer generated is removed', async () => {
    await writeFile(join(folder, 'old.json'), '{}')
    await writeFile(join(folder, 'README.md'), 'written by hand')
    expect(await run({ 'a.json': '1\n', 'deep/b.json': '2\n' }, false)).toBe(0)
    expect(await readFile(join(folder, 'deep/b.json'), 'utf8')).toBe('2\n')
    expect((await readdir(folder)).sort()).toEqual(['README.md', 'a.json', 'deep'])
  })
  it('pass the check when they are as generated', async () => {
    await run({ 'a.json': '1\n' }, false)
    printed = ''
    expect(await run({ 'a.json': '1\n' }, true)).toBe(0)
    expect(printed).toBe('')
  })
  it('fail the check when edited by hand, missing or left over, and stay as they are', async () => {
    await writeFile(join(folder, 'a.json'), 'edited\n')
    await writeFile(join(folder, 'old.json'), '{}')
    expect(await run({ 'a.json': '1\n', 'b.json': '2\n' }, true)).toBe(1)
    expect(printed).toContain('a.json, line 1:\n- edited\n+ 1\n')
    expect(printed).toContain('b.json is missing')
    expect(printed).toContain('old.json is no longer generated')
    expect(printed).toContain('npm run build writes them anew')
    expect(await readFile(join(folder, 'a.json'), 'utf8')).toBe('edited\n')
  })
})

describe('a difference', () => {
  it('shows what changed, not what is around it', () => {
    expect(difference('x.yaml', 'a\nb\nc\nd\n', 'a\nB\nc2\nd\n')).toBe('x.yaml, line 2:\n- b\n- c\n+ B\n+ c2\n')
  })
  it('shows added and removed lines', () => {
    expect(difference('x', 'a\nc\n', 'a\nb\nc\n')).toBe('x, line 2:\n+ b\n')
    expect(difference('x', 'a\na\n', 'a\n')).toBe('x, line 2:\n- a\n')
  })
  it('is cut where it is long', () => {
    const lines = Array.from({ length: 20 }, (_, i) => `${i}`).join('\n')
    expect(difference('x', lines, '')).toContain('- … 8 more lines')
  })
})
