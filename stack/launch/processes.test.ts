import { describe, expect, test } from 'vitest'
import { isRunning, listeningInodes, processesWith, processId, treeOf } from './processes.ts'

describe('processes', () => {
  test('a pid with another start time is another process', () => {
    const own = processId(process.pid)
    expect(isRunning(own)).toBe(true)
    expect(isRunning({ ...own, startTime: '1' })).toBe(false)
    expect(treeOf(process.pid).map(({ pid }) => pid)).toContain(process.pid)
  })
  test('nobody carries a mark that nobody was given', () => {
    expect(processesWith('CRM_STACK_RUN', '/no/such/folder')).toEqual([])
  })
  test('who listens on a port, from the kernel’s table', () => {
    const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:0BB8 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4242 1 0000000000000000 100 0 0 10 0
   1: 0100007F:0BB8 0100007F:9C40 01 00000000:00000000 00:00000000 00000000     0        0 4243 1 0000000000000000 100 0 0 10 0`
    expect(listeningInodes(table, 3000)).toEqual(['4242'])
    expect(listeningInodes(table, 40_000)).toEqual([])
  })
})
