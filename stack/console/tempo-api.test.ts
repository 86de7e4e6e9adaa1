import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { KeptIndex } from '../queries/kept-index.ts'
import { readQuery } from './tempo-api.ts'

const folder = mkdtempSync(join(tmpdir(), 'kept-'))
const file = join(folder, 'kept.jsonl')
afterAll(() => rmSync(folder, { recursive: true }))

test.each([
  ['{ name = "POST /api/contacts" }', { names: ['POST /api/contacts'], failed: false }],
  ['{ name = "a" } && { status = error } with (most_recent=true)', { names: ['a'], failed: true }],
  ['{ name = "a \\"b\\"" } && { name = "c" }', { names: ['a "b"', 'c'], failed: false }],
  ['{}', { names: [], failed: false }],
  ['', undefined],
  ['{ name = "a" } || { name = "b" }', undefined],
  ['{ name = "a" } &&', undefined],
  ['{ duration > 1s }', undefined],
])('%s asks for %j', (text, expected) => {
  expect(readQuery(text)).toEqual(expected)
})

const line = (traceId: string, name: string, atMs: number, code = 0) => {
  const nanoseconds = `${atMs}000000`
  const span = { traceId, spanId: '1'.repeat(16), name, startTimeUnixNano: nanoseconds, endTimeUnixNano: nanoseconds }
  return `${JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [{ ...span, status: { code } }] }] }] })}\n`
}
const [a, b, c] = ['a'.repeat(32), 'b'.repeat(32), 'c'.repeat(32)] as [string, string, string]

test('reads on as the file grows, also where a line is half written or the file is rotated away', async () => {
  const index = new KeptIndex(folder)
  const found = async (names: readonly string[], failed = false) =>
    (await index.search({ names, failed })).map(({ traceId }) => traceId)
  expect(await found([])).toEqual([])

  const half = line(b, 'two', 2_000)
  writeFileSync(file, line(a, 'one', 1_000) + half.slice(0, 30))
  expect(await found([])).toEqual([a])
  appendFileSync(file, half.slice(30) + line(a, 'two', 1_500, 2))
  expect(await found([])).toEqual([b, a])
  expect(await found(['one', 'two'])).toEqual([a])
  expect(await found(['two'], true)).toEqual([a])

  renameSync(file, join(folder, 'kept-older.jsonl'))
  writeFileSync(file, `no JSON\n${line(c, 'one', 3_000)}`)
  expect(await found(['one'])).toEqual([c, a])
})
