import { describe, expect, it } from 'vitest'
import { greater, max, select } from '../catalogue/promql.ts'
import type { Alert } from './alert.ts'
import { ruleFiles } from './all.ts'
import { problems } from './check.ts'
import type { RuleFile } from './group.ts'
import { highErrorRate } from './rules/high-error-rate.ts'
import { queueBacklog } from './rules/queue-backlog.ts'

const file = (...alerts: Alert[]): RuleFile => ({
  name: 'file',
  groups: [{ name: 'group', level: 'slow', recordings: [], alerts, scenarios: [] }],
})
const independent: Alert = { ...queueBacklog, followsFrom: [] }
/** What is refused when QueueBacklog is changed so. */
const refused = (change: Partial<Alert>): string[] => problems([file({ ...independent, ...change })])
const runbook = queueBacklog.runbook

it('all alerts of the product pass', () => {
  expect(problems(ruleFiles)).toEqual([])
  expect(refused({})).toEqual([])
})

describe('refuses', () => {
  it('two alerts, groups, files or runbooks of one name', () => {
    expect(problems([file(independent, independent)])).toEqual(['QueueBacklog: two of this alert'])
    const one = file()
    expect(problems([one, one])).toEqual(['file: two of this rule file', 'group: two of this rule group'])
    expect(problems([file(independent, { ...independent, name: 'Other', runbook: { ...runbook } })])).toEqual([
      'queue-backlog: two of this runbook',
    ])
  })
  it('a series that is recorded twice', () => {
    const recording = { record: 'a:b:c', expr: max(select('up')), labels: { slo: 'x' } }
    const group = { name: 'g', level: 'slow', recordings: [recording, recording], alerts: [], scenarios: [] } as const
    expect(problems([{ name: 'f', groups: [group] }])).toEqual(['a:b:c{"slo":"x"}: two of this recorded series'])
  })
  it('more than 20 rules in a group, and long names', () => {
    const recordings = Array.from({ length: 21 }, (_, index) => ({ record: `a${index}`, expr: max(select('up')) }))
    const group = { name: 'g'.repeat(41), level: 'slow', recordings, alerts: [], scenarios: [] } as const
    expect(problems([{ name: 'f', groups: [group] }])).toEqual([
      `${'g'.repeat(41)}: 21 rules in one group, at most 20`,
      `${'g'.repeat(41)}: 41 letters, at most 40 for a group`,
    ])
    expect(refused({ name: 'Q'.repeat(41) })).toEqual([`${'Q'.repeat(41)}: the name has 41 letters, at most 40`])
    expect(refused({ name: 'queue_backlog' })).toEqual(['queue_backlog: the name is not CamelCase'])
  })
  it('an alert without a runbook, or with half of one', () => {
    expect(refused({ runbook: undefined as unknown as Alert['runbook'] })).toEqual(['QueueBacklog: has no runbook'])
    expect(refused({ runbook: { ...runbook, actions: [], slug: 'Queue Backlog' } })).toEqual([
      'QueueBacklog: the runbook’s slug "Queue Backlog" is not fit for a URL',
      'QueueBacklog: its runbook has no actions',
    ])
    const looks = runbook.looks.filter(({ language }) => language !== 'sql')
    expect(refused({ runbook: { ...runbook, looks } })).toEqual(['QueueBacklog: its runbook’s first look has no sql'])
  })
  it('a dashboard, receiver, severity or cause that does not exist', () => {
    const dashboard = { uid: 'nothing', lookBack: '1h' } as unknown as Alert['dashboard']
    expect(refused({ dashboard })).toEqual([
      expect.stringMatching(
        /^QueueBacklog: there is no dashboard nothing; known are system-overview, api-performance, /,
      ),
    ])
    expect(refused({ receivers: ['pigeon' as 'slack'] })).toEqual(['QueueBacklog: there is no receiver pigeon'])
    expect(refused({ receivers: [] })).toEqual(['QueueBacklog: nobody is told'])
    expect(refused({ severity: 'bad' as 'info' })).toEqual([
      'QueueBacklog: the severity bad is none of critical, warning, info',
    ])
    expect(refused({ priority: 'P9' as 'P1' })).toEqual(['QueueBacklog: the priority P9 is none of P1, P2, P3, P4'])
    expect(refused({ followsFrom: ['Moonlight'] })).toEqual(['QueueBacklog: follows from Moonlight, which is no alert'])
    expect(refused({ subject: '' })).toEqual(['QueueBacklog: has no subject, and would silence others that have none'])
  })
  it('an expression that compares nothing or looks back too far, and a hold of one sample', () => {
    expect(refused({ expr: max(select('queue_depth')) })).toEqual([
      'QueueBacklog: the expression compares nothing, so it would fire while there is any series',
    ])
    const old = { ...greater(max(select('queue_depth')), 1), text: 'max(max_over_time(queue_depth[36d])) > 1' }
    expect(refused({ expr: old })).toEqual(['QueueBacklog: looks back 36d, but Prometheus keeps only 35d'])
    expect(refused({ for: '1m' })).toEqual([
      'QueueBacklog: holds for 1m, less than two scrapes and evaluations: one bad sample would fire it',
    ])
  })
  it('words that say nothing, or too much', () => {
    expect(refused({ summary: 'A queue is {{ $value }} long.' })).toEqual([
      'QueueBacklog: the summary is not one sentence without templates',
    ])
    expect(refused({ summary: 'A queue is long. Very.' })).toEqual([
      'QueueBacklog: the summary is not one sentence without templates',
    ])
    expect(refused({ description: () => 'It is long.' })).toEqual([
      'QueueBacklog: the description tells no measured value and no label',
    ])
    expect(refused({ description: () => '{{ $value }} jobs wait.' })).toEqual([
      'QueueBacklog: the description shows the bare value, not one for people',
    ])
    expect(refused({ runbook: { ...runbook, impact: '{{ $value }}' } })).toEqual([
      'QueueBacklog: not to be templated: {{ $value }}',
    ])
  })
  it('an alert that does not show what it must', () => {
    const without = (kind: string) => queueBacklog.scenarios.filter((scenario) => scenario.kind !== kind)
    for (const kind of ['fires', 'below', 'waits', 'recovers', 'absent'])
      expect(refused({ scenarios: without(kind) })).toEqual([`QueueBacklog: no scenario shows "${kind}"`])
    const counting: Alert = { ...highErrorRate, followsFrom: [] }
    for (const kind of ['no traffic', 'reset']) {
      const scenarios = highErrorRate.scenarios.filter((scenario) => scenario.kind !== kind)
      expect(problems([file({ ...counting, scenarios })])).toEqual([`HighErrorRate: no scenario shows "${kind}"`])
    }
  })
  it('a scenario that shows the opposite of what it is called', () => {
    const scenarios = queueBacklog.scenarios.map((scenario) =>
      scenario.kind === 'absent' ? { ...scenario, at: { '10m': [{ description: 'x' }] } as const } : scenario,
    )
    expect(refused({ scenarios })).toEqual([
      'QueueBacklog: the scenario "is quiet where no queue is read" is called "absent" but shows the opposite',
    ])
  })
})
