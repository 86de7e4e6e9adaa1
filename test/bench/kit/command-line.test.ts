import { expect, it } from 'vitest'
import { readCommandLine } from './command-line.ts'

const known = ['cpu', 'memory']

it('reads names and flags in any order', () => {
  expect(readCommandLine(['--short', 'cpu', '--minutes', '10', 'memory', '--json'], known)).toEqual({
    names: ['cpu', 'memory'],
    short: true,
    json: true,
    docs: false,
    flags: { short: 'true', minutes: '10', json: 'true' },
  })
})

it('names what does not exist', () => {
  expect(() => readCommandLine(['cpus'], known)).toThrow('no bench is called cpus; there are cpu, memory')
})
