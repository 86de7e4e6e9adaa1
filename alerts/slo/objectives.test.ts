import { expect, it } from 'vitest'
import { slos } from '../../catalogue/slo.ts'
import { ruleFiles } from '../all.ts'

it('the six objectives are those of the guide', () => {
  const told = Object.entries(slos).map(([id, slo]) => [
    id,
    slo.target,
    slo.kind === 'latency' ? `${slo.objective} s` : 'share',
    slo.critical,
  ])
  expect(told).toEqual([
    ['api-availability', 0.999, 'share', 0.995],
    ['api-latency', 0.95, '0.2 s', 0.5],
    ['web-page-load', 0.95, '2 s', 4],
    ['database-latency', 0.95, '0.05 s', 0.1],
    ['job-duration', 0.95, '30 s', 60],
    ['email-delivery', 0.98, 'share', 0.95],
  ])
})

const groups = ruleFiles.flatMap((file) => file.groups)

it('each has a group a level, with its four windows and its critical level', () => {
  for (const [id, name] of Object.entries({
    'api-availability': 'ApiAvailability',
    'api-latency': 'ApiLatency',
    'web-page-load': 'WebPageLoad',
    'database-latency': 'DatabaseLatency',
    'job-duration': 'JobDuration',
    'email-delivery': 'EmailDelivery',
  })) {
    const alerts = groups
      .filter((group) => group.name.startsWith(`slo-${id}-`))
      .map((group) => [group.level, ...group.alerts.map((alert) => alert.name)])
    expect(alerts).toEqual([
      ['page', `${name}BurnRate1h`, `${name}BurnRate6h`],
      ['slow', `${name}BurnRate1d`, `${name}BurnRate3d`],
      ['slow', `${name}BelowCritical`],
    ])
  }
})

it('a page silences the ticket of the same objective, but a critical level that is broken for weeks silences nothing', () => {
  const alerts = groups.flatMap((group) => group.alerts)
  const subjects = (name: string) => alerts.filter((alert) => alert.name.startsWith(name)).map(({ subject }) => subject)
  expect(new Set(subjects('EmailDeliveryBurnRate'))).toEqual(new Set(['email-delivery']))
  expect(new Set([...subjects('ApiAvailabilityBurnRate'), ...subjects('HighErrorRate')])).toEqual(
    new Set(['api-errors']),
  )
  for (const { name, subject, repeat } of alerts.filter((alert) => alert.name.endsWith('BelowCritical'))) {
    expect(alerts.filter((other) => other.subject === subject).map((other) => other.name)).toEqual([name])
    expect(repeat).toBe('once')
  }
})
