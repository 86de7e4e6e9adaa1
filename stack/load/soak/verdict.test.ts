import { expect, test } from 'vitest'
import { lostEvents, verdict } from './verdict.ts'

test('an event is lost that was sent and stands nowhere, whatever its sender thinks', () => {
  const accepted = { outcome: 'accepted' }
  const sent = { waiting: 0, byEventId: { a: accepted, b: accepted, c: { outcome: 'failed' } } }
  expect(lostEvents(sent, new Map([['a', 'processed']]))).toEqual(['b', 'c'])
  expect(lostEvents(sent, new Map(['a', 'b', 'c'].map((id) => [id, 'error'])))).toEqual([])
})

test('each figure stands beside its limit', () => {
  expect(
    verdict([
      { what: 'lost', measured: '0 of 7', limit: '0', ok: true },
      { what: 'stuck', measured: 'in email-sync', limit: 'none', ok: false },
    ]),
  ).toBe(['   what   measured       limit', '✓  lost   0 of 7         0', '✗  stuck  in email-sync  none'].join('\n'))
})
