import { expect, it, vi } from 'vitest'
import type { LiveOperations } from '../../live/messages.ts'

vi.mock('../live.ts', () => ({ operations: { subscribe: () => () => {} } }))
const { remembered } = await import('./recent.ts')

const told = (at: string) => ({ at }) as LiveOperations

it('keeps the last messages, each once', () => {
  const two = [told('1'), told('2')]
  expect(remembered(two, told('2'), 3)).toBe(two)
  expect(remembered(two, told('3'), 3).map(({ at }) => at)).toEqual(['1', '2', '3'])
  expect(remembered(two, told('3'), 2).map(({ at }) => at)).toEqual(['2', '3'])
})
