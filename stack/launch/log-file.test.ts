import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { boundLog, lastLines } from './log-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'launch-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('a log that grew too large is moved aside while it is written', () => {
  const file = join(folder, 'service.log')
  writeFileSync(file, `${'x'.repeat(10_000_001)}\nlast\n`)
  boundLog(file)
  expect(statSync(file).size).toBe(0)
  expect(readFileSync(`${file}.1`, 'utf8').endsWith('last\n')).toBe(true)
  expect(lastLines(`${file}.1`, 1)).toEqual(['last'])
})
