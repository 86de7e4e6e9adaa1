import { describe, expect, it } from 'vitest'
import { fingerprintOf } from './fingerprint.ts'

const root = new URL('../..', import.meta.url).pathname

/** An error with a stack as V8 writes it. */
const failing = (name: string, frames: readonly string[], rest: object = {}): Error =>
  Object.assign(new Error('said'), rest, {
    name,
    stack: [`${name}: said`, ...frames.map((one) => `    at ${one}`)].join('\n'),
  })

const inService = (line: number) => `async createContact (file://${root}app/modules/contacts/service.ts:${line}:11)`
const foreign = `Parser.parse (file://${root}node_modules/pg-protocol/dist/parser.js:92:27)`
const helpers = [
  `unavailable (file://${root}app/errors.ts:50:3)`,
  `async newestPage (file://${root}app/http/paging.ts:70:17)`,
]

describe('the place of an error', () => {
  it('is the first function of ours, past packages, Node and helpers', () => {
    const { place, type } = fingerprintOf(
      failing('TypeError', ['node:internal/process/task_queues:103:5', foreign, ...helpers, inService(12)]),
    )
    expect(place).toBe('app/modules/contacts/service.ts createContact')
    expect(type).toBe('TypeError')
  })

  it('has a line where the function has no name', () => {
    const error = failing('Error', [`file://${root}app/main.ts:40:7`])
    expect(fingerprintOf(error).place).toBe('app/main.ts:40')
    const anonymous = failing('Error', [`Object.<anonymous> (${root}app/main.ts:41:7)`])
    expect(fingerprintOf(anonymous).place).toBe('app/main.ts:41')
  })

  it('is looked for in the cause as well, and else is where it was met', () => {
    const cause = failing('Error', [inService(1)])
    expect(fingerprintOf(failing('Error', [foreign], { cause })).place).toContain('createContact')
    expect(fingerprintOf(failing('Error', [foreign]), 'GET /api/contacts').place).toBe('GET /api/contacts')
    expect(fingerprintOf(failing('Error', [], { cause: 'text' })).place).toBe('unknown')
  })
})

describe('one group', () => {
  it('holds errors of one type from one function, whatever they say and wherever in it', () => {
    const one = fingerprintOf(failing('RangeError', [inService(12)]))
    const other = fingerprintOf(failing('RangeError', [inService(99)]))
    expect(other).toEqual(one)
    expect(one.fingerprint).toMatch(/^[\da-f]{32}$/)
  })

  it('does not hold another type, or another place', () => {
    const prints = [
      failing('RangeError', [inService(12)]),
      failing('TypeError', [inService(12)]),
      failing('RangeError', [`deleteContact (file://${root}app/modules/contacts/service.ts:12:1)`]),
      // pg names all its errors alike.
      failing('error', [inService(12)], { code: '23505' }),
      failing('error', [inService(12)], { code: '23503' }),
    ].map((error) => fingerprintOf(error).fingerprint)
    expect(new Set(prints).size).toBe(5)
  })
})
