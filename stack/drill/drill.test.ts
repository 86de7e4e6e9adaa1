import { describe, expect, it } from 'vitest'
import { isBusinessHours, readDrill, waysOf } from './drill.ts'

describe('the command line', () => {
  it('of an alert: severity, summary, and the team if it is not platform', () => {
    expect(readDrill(['alert', 'critical', ' The disk is full '])).toEqual({
      kind: 'alert',
      severity: 'critical',
      priority: 'P1',
      receivers: ['page', 'webhook'],
      team: 'platform',
      summary: 'The disk is full',
    })
    expect(readDrill(['alert', 'warning', 'x', 'crm'])).toMatchObject({ priority: 'P3', team: 'crm' })
  })

  it('of an escalation: the priority', () => {
    expect(readDrill(['escalation', 'P2', 'integrations'])).toMatchObject({
      severity: 'critical',
      receivers: ['page'],
      team: 'integrations',
    })
  })

  it.each([
    [['alert', 'fatal', 'x'], 'The severity is "fatal", but must be critical, warning or info.'],
    [['alert', 'critical'], 'the summary is missing'],
    [['alert', 'critical', '  '], 'the summary is missing'],
    [['alert', 'critical', 'x'.repeat(201)], '201 characters'],
    [['alert', 'critical', 'The', 'disk'], 'The team is "disk"'],
    [['alert', 'critical', 'The', 'crm', 'disk'], 'Put the summary in quotation marks'],
    [['alert', 'toString', 'x'], 'The severity is "toString"'],
    [['escalation', 'P5'], 'The priority is "P5", but must be P1, P2, P3 or P4.'],
    [['escalation'], 'The priority is ""'],
    [[], 'There is no drill ""'],
  ])('refuses %o', (args, message) => {
    expect(() => readDrill(args)).toThrow(message)
  })
})

it('each receiver is reached in its ways', () => {
  const ways = waysOf({ receivers: ['page', 'slack', 'webhook'], team: 'crm' })
  expect(ways.map(({ receiver, via, inbox }) => `${receiver} ${via} ${inbox}`)).toEqual([
    'page-crm pagerduty pagerduty',
    'page-crm email oncall-crm',
    'page-crm slack slack-incidents',
    'slack-crm slack slack-crm',
    'webhook webhook webhook',
  ])
})

it.each([
  // Copenhagen is an hour ahead of UTC in winter, two in summer.
  ['2026-11-20T06:59:59Z', false],
  ['2026-11-20T07:00:00Z', true],
  ['2026-11-20T15:59:59Z', true],
  ['2026-11-20T16:00:00Z', false],
  ['2026-07-17T06:00:00Z', true],
  ['2026-11-21T10:00:00Z', false],
])('%s is within business hours: %s', (time, expected) => {
  expect(isBusinessHours(new Date(time))).toBe(expected)
})
