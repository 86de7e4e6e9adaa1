/** What keeps people's own words out of telemetry is how the source is written; and the search of the canaries must find them. */
import { readFileSync } from 'node:fs'
import { glob } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Needles, spellings } from '../e2e/canaries/needles.ts'
import { canaryNames, makeCanaries } from '../e2e/canaries/values.ts'

const root = join(import.meta.dirname, '../..')

/** A call of a logger: `log.info(`, `logger('x').warn(`, `log[level](`. */
const call = /\b(?:log|logger\([^)]*\))(?:\.(?:error|warn|info|debug|trace)|\[[^\]]+\])\(/g

/** The text from an opening parenthesis to its end. */
const argumentsAt = (source: string, start: number): string => {
  let depth = 1
  let at = start
  for (; depth > 0 && at < source.length; at++) depth += source[at] === '(' ? 1 : source[at] === ')' ? -1 : 0
  return source.slice(start, at - 1)
}

/** Messages put together from values, as `file: arguments`. */
const builtMessages = (file: string, source: string): string[] =>
  [...source.matchAll(call)]
    .map(({ index, 0: { length } }) => argumentsAt(source, index + length))
    .filter((args) => /`[^`]*\$\{/.test(args) || /['"`]\s*\+|\+\s*['"`]/.test(args))
    .map((args) => `${file}: ${args.trim()}`)

describe('messages of log lines', () => {
  it('are constants; what varies is a field, whose name says what it holds', async () => {
    const built: string[] = []
    for await (const file of glob('app/**/*.ts', { cwd: root }))
      if (!/\.test\.ts$/.test(file)) built.push(...builtMessages(file, readFileSync(join(root, file), 'utf8')))
    // One of a few types of ours.
    expect(built.filter((one) => !one.startsWith('app/telemetry/security.ts'))).toEqual([])
  })

  it('would be seen', () => {
    expect(
      builtMessages(
        'a.ts',
        'log.info({ a }, `wrote $' + "{b}`)\nlogger('x').warn('wrote ' + b)\nlog[level]({ a }, 'b')",
      ),
    ).toHaveLength(2)
  })
})

describe('the search', () => {
  it.each(canaryNames)('finds %s however it is written', (name) => {
    for (const odd of [1, 2]) {
      const canary = makeCanaries()[name]
      const needles = new Needles<string>()
      for (const trace of canary.traces) needles.add(trace, name)
      for (const spelling of spellings(canary.value))
        expect(needles.find(Buffer.from(`{"a":"x ${spelling}!"}`), true), `${spelling}, ${odd}`).toEqual(
          new Set([name]),
        )
      for (const before of ['', 'x', 'xy', 'xyz']) {
        const inside = Buffer.from(`${before} ${canary.value}, and more`).toString('base64')
        expect(needles.find(Buffer.from(`a ${inside} b`), true), inside).toEqual(new Set([name]))
      }
    }
  })

  it('takes no number for a part of another', () => {
    const needles = new Needles<string>()
    needles.add('22334455', 'a')
    expect(needles.find(Buffer.from('1223344556, a22334455b, 0.22334455, 22334455.5'), true).size).toBe(0)
    for (const text of ['tel:22334455.', '=22334455&', '%2022334455 ', '"22334455"'])
      expect(needles.find(Buffer.from(text), true), text).toEqual(new Set(['a']))
    expect(needles.find(Buffer.from('\u000822334455*'), false)).toEqual(new Set(['a']))
  })
})
