import { describe, expect, test } from 'vitest'
import { type Position, positionAfter } from './position.ts'

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 12, minute))
const page = (minutes: number[], nextCursor?: string) => ({
  items: minutes.map((minute) => ({ externalId: String(minute), updatedAt: at(minute), fields: {} })),
  nextCursor,
})
const begun: Position = {
  since: at(0),
  cursor: undefined,
  seenUntil: undefined,
  runStartedAt: at(30),
  syncedUntil: at(0),
}

describe('the position after a page', () => {
  test('the next page is where the provider says', () => {
    const { next, isDone } = positionAfter('salesforce', begun, page([1, 2], 'c2'))
    expect(isDone).toBe(false)
    expect(next).toEqual({ ...begun, cursor: 'c2', seenUntil: at(2) })
  })

  test('HubSpot’s goes on from the last change, so that nothing moves past it', () => {
    const { next } = positionAfter('hubspot', begun, page([1, 2], '100'))
    expect(next).toEqual({ ...begun, since: at(2), cursor: undefined, seenUntil: at(2) })
  })

  test('HubSpot’s goes by its own cursor while everything bears the same time', () => {
    const { next } = positionAfter('hubspot', begun, page([0, 0], '100'))
    expect(next).toEqual({ ...begun, cursor: '100', seenUntil: at(0) })
  })

  test('the next run begins at the last change that was seen', () => {
    const { next, isDone } = positionAfter('salesforce', { ...begun, seenUntil: at(9) }, page([4]))
    expect(isDone).toBe(true)
    expect(next).toMatchObject({ since: undefined, cursor: undefined, syncedUntil: at(9) })
  })

  test('but a minute before this one began, for what changed while it read', () => {
    expect(positionAfter('ghl', begun, page([40])).next.syncedUntil).toEqual(at(29))
  })

  test('it never goes back, also when nothing was seen', () => {
    const late = { ...begun, syncedUntil: at(20) }
    expect(positionAfter('ghl', late, page([])).next.syncedUntil).toEqual(at(20))
    expect(positionAfter('ghl', late, page([3])).next.syncedUntil).toEqual(at(20))
  })

  test('a first run without a single record leaves everything to the next', () => {
    const first = { ...begun, since: undefined, syncedUntil: undefined }
    expect(positionAfter('ghl', first, page([])).next.syncedUntil).toBeUndefined()
  })
})
