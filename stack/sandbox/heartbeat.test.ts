import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { HeartbeatWatch } from './heartbeat.ts'
import type { Notice } from './inbox-entry.ts'

let told: Notice[]
let watch: HeartbeatWatch
beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-11-21T10:00:00Z') })
  told = []
  watch = new HeartbeatWatch({ now: Date.now, limitMs: 180_000, onChange: (notice) => told.push(notice) })
})
afterEach(() => {
  vi.useRealTimers()
})

const beat = (status: Notice['status'] = 'firing') =>
  watch.beat({
    via: 'webhook',
    status,
    thread: '',
    alerts: [{ status, labels: { alertname: 'DeadMansSwitch' }, annotations: { runbook_url: 'http://console/r' } }],
  })

it('begins with the first beat: where nothing was ever heard, nothing is missed', () => {
  vi.advanceTimersByTime(3_600_000)
  expect([told, watch.state()]).toEqual([[], { state: 'waiting', lastBeatAt: null, beats: 0, limitSeconds: 180 }])
})

it('is quiet while it beats, even late', () => {
  for (let i = 0; i < 5; i += 1) {
    beat()
    vi.advanceTimersByTime(179_999)
  }
  expect(told).toEqual([])
  expect(watch.state()).toMatchObject({ state: 'beating', beats: 5, lastBeatAt: '2026-11-21T10:11:59.996Z' })
})

it('raises the alarm once by its own clock, and says when it beats again', () => {
  beat()
  vi.advanceTimersByTime(180_000)
  expect(told).toHaveLength(1)
  expect(told[0]).toMatchObject({ via: 'heartbeat', status: 'firing' })
  expect(told[0]?.alerts[0]).toEqual({
    status: 'firing',
    labels: { alertname: 'DeadMansSwitch', severity: 'critical' },
    annotations: {
      summary: 'DeadMansSwitch: no heartbeat since 10:00:00 UTC',
      description: 'Neither Prometheus nor Alertmanager can be trusted to tell anybody anything.',
      runbook_url: 'http://console/r',
    },
    startsAt: '2026-11-21T10:00:00.000Z',
  })
  vi.advanceTimersByTime(600_000)
  expect(told).toHaveLength(1)
  beat()
  expect(told).toHaveLength(2)
  expect(told[1]).toMatchObject({
    status: 'resolved',
    alerts: [{ startsAt: '2026-11-21T10:00:00.000Z', endsAt: '2026-11-21T10:13:00.000Z' }],
  })
  vi.advanceTimersByTime(180_000)
  expect(told.map(({ status }) => status)).toEqual(['firing', 'resolved', 'firing'])
})

it('does not wait where Alertmanager says that the alert has ended', () => {
  beat()
  vi.advanceTimersByTime(10_000)
  beat('resolved')
  expect(told[0]?.status).toBe('firing')
  expect(told[0]?.alerts[0]?.annotations.description).toMatch(/Prometheus is down/)
  vi.advanceTimersByTime(600_000)
  expect(told).toHaveLength(1)
})
