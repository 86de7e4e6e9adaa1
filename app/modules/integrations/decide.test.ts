import { expect, test } from 'vitest'
import { decide } from './decide.ts'

const before = new Date('2026-01-01T00:00:00Z')
const after = new Date('2026-01-02T00:00:00Z')
const side = (hash: string, updatedAt = before) => ({ hash, updatedAt })
const agreed = { externalHash: 'old', localHash: 'old' }

test.each([
  ['never seen, and nothing like it here', side('a'), undefined, undefined, 'create', false],
  ['never seen, the same is here', side('a'), side('a'), undefined, 'agree', false],
  ['never seen, one like it is here and older', side('a', after), side('b'), undefined, 'take', false],
  ['never seen, one like it is here and newer', side('a'), side('b', after), undefined, 'keep', false],
  ['changed there', side('a'), side('old', after), agreed, 'take', false],
  ['changed here', side('old', after), side('b'), agreed, 'nothing', false],
  ['changed nowhere', side('old'), side('old'), agreed, 'nothing', false],
  ['changed on both sides, there later', side('a', after), side('b'), agreed, 'take', true],
  ['changed on both sides, here later', side('a'), side('b', after), agreed, 'keep', true],
  ['changed on both sides at the same time', side('a'), side('b'), agreed, 'take', true],
  ['changed on both sides to the same', side('a'), side('a', after), agreed, 'agree', false],
  ['changed there, deleted here', side('a', after), undefined, agreed, 'nothing', false],
] as const)('%s', (_, theirs, ours, agreement, decision, isConflict) => {
  expect(decide({ theirs, ours, agreed: agreement })).toEqual({ decision, isConflict })
})
