import { beforeAll, expect, it, vi } from 'vitest'

// What a browser has.
vi.stubGlobal('document', { documentElement: {} })
vi.stubGlobal('localStorage', { getItem: () => null, setItem: () => {} })
let words: typeof import('./language.ts')
beforeAll(async () => {
  words = await import('./language.ts')
  words.setLanguage('en')
})

it('says figures with their units', () => {
  const { bytes, duration, percent } = words
  expect([0, 999, 1_500, 2_340_000, 5e12].map(bytes)).toEqual(['0 B', '999 B', '1.5 kB', '2.3 MB', '5 TB'])
  expect([0.0031, 0.34, 12.5, 200, 3_600, 7_500, 90_061].map(duration)).toEqual([
    '3.1 ms',
    '340 ms',
    '12.5 s',
    '3 min 20 s',
    '1 h',
    '2 h 5 min',
    '1 d 1 h',
  ])
  expect(percent(97.345, 2)).toBe('97.35 %')
})

it('says them in Danish, too', () => {
  words.setLanguage('da')
  expect(words.duration(7_500)).toBe('2 t 5 min')
  expect(words.number(1_234.5)).toBe('1.234,5')
  expect(words.say({ en: '{jobs} wait', da: '{jobs} venter på {what}' }, { jobs: 3 })).toBe('3 venter på {what}')
  words.setLanguage('en')
})

it('says when it was, as short as it can be understood today', () => {
  const now = new Date(2026, 10, 21, 14, 3, 20)
  expect(words.moment(new Date(2026, 10, 21, 9, 5, 1), now)).toBe('09:05:01')
  expect(words.moment(new Date(2026, 10, 20, 23, 59, 59), now)).toBe('20 Nov 23:59')
  expect(words.ago(new Date(2026, 10, 21, 14, 0, 20), now.getTime())).toBe('3 minutes ago')
})
