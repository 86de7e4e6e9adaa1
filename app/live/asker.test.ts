import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { asker, reader } from './asker.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

describe('an asker', () => {
  it('remembers when there was an answer and when there was none', async () => {
    const question = vi.fn(async () => true)
    const { ask, last } = asker(question, 100)
    expect(last()).toBeUndefined()
    const first = await ask()
    expect(first).toMatchObject({ answers: true, misses: 0, lastSuccessAt: first.at, lastErrorAt: undefined })
    vi.advanceTimersByTime(1_000)
    question.mockRejectedValueOnce(new Error('away'))
    const second = await ask()
    expect(second).toMatchObject({ answers: false, misses: 1, lastSuccessAt: first.at, lastErrorAt: second.at })
    expect(last()).toBe(second)
  })

  it('asks once for everybody who asks at once, and waits no longer than its limit', async () => {
    const question = vi.fn(() => new Promise<boolean>(() => {}))
    const { ask } = asker(question, 100)
    const both = Promise.all([ask(), ask()])
    await vi.advanceTimersByTimeAsync(100)
    expect((await both).map(({ answers }) => answers)).toEqual([false, false])
    expect(question).toHaveBeenCalledTimes(1)
  })
})

describe('a reader', () => {
  it('shows what it read last while nothing comes, and piles nothing up', async () => {
    let answer: (value: number) => void = () => {}
    const read = vi.fn(
      () =>
        new Promise<number>((resolve) => {
          answer = resolve
        }),
    )
    const latest = reader(read, 100)
    const first = latest()
    answer(1)
    expect(await first).toBe(1)
    for (let round = 0; round < 3; round++) {
      const late = latest()
      await vi.advanceTimersByTimeAsync(100)
      expect(await late).toBe(1)
    }
    expect(read).toHaveBeenCalledTimes(2)
  })
})
