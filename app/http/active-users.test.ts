import { expect, test } from 'vitest'
import { ActiveUsers } from './active-users.ts'

const minutes = (count: number): number => count * 60_000

test('users count for five minutes after their last request, once each', () => {
  const active = new ActiveUsers()
  active.saw({ id: 'anna', workspaceId: 'a' }, minutes(0))
  active.saw({ id: 'anna', workspaceId: 'a' }, minutes(1))
  active.saw({ id: 'bo', workspaceId: 'a' }, minutes(4))
  active.saw({ id: 'eve', workspaceId: 'b' }, minutes(4))
  expect(active.count(minutes(5))).toEqual([
    { workspaceId: 'a', users: 2 },
    { workspaceId: 'b', users: 1 },
  ])
  expect(active.count(minutes(6.5))).toEqual([
    { workspaceId: 'a', users: 1 },
    { workspaceId: 'b', users: 1 },
  ])
})

test('a workspace that fell silent is 0, not gone', () => {
  const active = new ActiveUsers()
  active.saw({ id: 'anna', workspaceId: 'a' }, 0)
  expect(active.count(minutes(60))).toEqual([{ workspaceId: 'a', users: 0 }])
})
