import { matches, max, narrowed, observed, oneOf, quantile, type Selector, select, sum } from '../catalogue/promql.ts'
import type { NameOf } from '../catalogue/series.ts'
import { burnRateWindows, slos as objectives, type SloId, sloEvents } from '../catalogue/slo.ts'
import type { Dashboard } from './dashboard.ts'
import { stateTimeline } from './gauges.ts'
import { leadsTo, row } from './layout.ts'
import { budgetLimits, type Limits } from './limits.ts'
import { toDashboard, type Uid } from './links.ts'
import { table } from './lists.ts'
import { stat, timeseries } from './panels.ts'
import { budgetLeft, burnRate, burnRateOfBoth, compliance, ofAll, sloIds, timeToExhaustion } from './slo.ts'
import type { Tile } from './tile.ts'
import { scope } from './variables.ts'

/** Where the causes of a missed objective are looked for. */
const causes: Readonly<Record<SloId, Uid>> = {
  'api-availability': 'api-performance',
  'api-latency': 'api-performance',
  'web-page-load': 'business-events',
  'database-latency': 'database',
  'job-duration': 'webhooks-jobs-queues',
  'email-delivery': 'business-events',
}

const percent = (share: number): string => `${Number((share * 100).toPrecision(6))} %`
const duration = (seconds: number): string => (seconds < 1 ? `${seconds * 1000} ms` : `${seconds} s`)

/** Target and critical level of the compliance. A latency objective's critical level is a time; its share stays the same. */
const complianceLimits = (slo: SloId): Limits => {
  const objective = objectives[slo]
  return {
    warning: objective.target,
    critical: objective.kind === 'ratio' ? objective.critical : objective.target,
    good: 'above',
  }
}

const promise = (slo: SloId): string => {
  const objective = objectives[slo]
  return objective.kind === 'ratio'
    ? `Target ${percent(objective.target)}, critical ${percent(objective.critical)}.`
    : `Target: ${percent(objective.target)} within ${duration(objective.objective)}; critical: within ${duration(objective.critical)}.`
}

const left = (slo: SloId): Tile =>
  stat({
    title: `${objectives[slo].title}: budget left`,
    description: `${objectives[slo].description} ${promise(slo)} Near 0: risky changes wait. Below 0 the objective is missed: follow the link to what it rests on.`,
    unit: 'percentunit',
    decimals: 1,
    limits: budgetLimits,
    queries: [{ expr: budgetLeft(slo), legend: 'left' }],
    links: [toDashboard(causes[slo])],
  })

const overTime = (slo: SloId): Tile =>
  timeseries({
    title: `${objectives[slo].title}: compliance`,
    description: `Share of good events over the last 30 days. ${promise(slo)} It falls in steps: what happened at the step? Deployments and alerts are marked.`,
    unit: 'percentunit',
    // So that the levels can be told apart.
    min: Math.max(0, 1 - 10 * (1 - objectives[slo].target)),
    max: 1,
    limits: complianceLimits(slo),
    queries: [{ expr: compliance(slo), legend: 'good events, 30 days' }],
    links: [toDashboard(causes[slo])],
  })

const tierPanel = ({ level, factor, long, short, budget }: (typeof burnRateWindows)[number]): Tile =>
  timeseries({
    title: `${level === 'page' ? 'Page' : 'Ticket'} at ${factor}: ${long} and ${short}`,
    description: `How many times faster than allowed the budget is spent, over ${long} and still over the last ${short}. Above the line ${percent(budget)} of the budget went in ${long}: somebody is ${level === 'page' ? 'paged' : 'told'}.`,
    unit: 'short',
    limits: { warning: factor, critical: factor, good: 'below' },
    queries: [{ expr: ofAll((slo) => burnRateOfBoth(slo, long, short)), legend: '{{slo}}' }],
  })

/** The p95 now, beside the two levels of the promise. */
const now = (slo: SloId): Tile[] => {
  const objective = objectives[slo]
  if (objective.kind !== 'latency') return []
  const events: Selector<NameOf<'histogram'>> = objective.total
  const p95 = quantile(0.95, narrowed(events, scope), '$__rate_interval')
  return [
    timeseries({
      title: `${objective.title}: p95 now`,
      description: `95 % of the ${objective.words.events} are faster. Lines at the objective (${duration(objective.objective)}) and its critical level (${duration(objective.critical)}). Above: follow the link to what it rests on.`,
      unit: 's',
      limits: { warning: objective.objective, critical: objective.critical, good: 'below' },
      queries: [{ expr: observed(p95), legend: 'p95' }],
      links: [toDashboard(causes[slo])],
    }),
  ]
}

const half = Math.ceil(sloIds.length / 2)

export const slos: Dashboard = {
  uid: 'slos',
  description: 'Which promise is kept, how much may still go wrong, and how fast is that being used up?',
  tags: ['slo'],
  rows: [
    leadsTo(
      row(
        'Which promises are at risk?',
        sloIds.slice(0, half).map(left),
        sloIds.slice(half).map(left),
        [
          table({
            title: 'Objectives',
            height: 7,
            description:
              'Each promise over its 30 days. Time to exhaustion: how long the budget lasts if the last hour goes on; empty while nothing burns. Less than a day: stop what changed last.',
            by: { label: 'slo', title: 'Objective' },
            columns: [
              { title: 'Budget left', unit: 'percentunit', limits: budgetLimits, expr: ofAll(budgetLeft) },
              { title: 'Compliance', unit: 'percentunit', expr: ofAll(compliance) },
              {
                title: 'Burn rate, last hour',
                unit: 'short',
                limits: { warning: 1, critical: burnRateWindows[0].factor, good: 'below' },
                expr: ofAll((slo) => burnRate(slo, '1h')),
              },
              {
                title: 'Time to exhaustion',
                unit: 's',
                limits: { warning: 604_800, critical: 86_400, good: 'above' },
                expr: ofAll(timeToExhaustion),
              },
              { title: 'Events', unit: 'ops', expr: sum(sloEvents('total', '5m'), ['slo']) },
            ],
          }),
        ],
        [
          stateTimeline({
            title: 'Alerts of the objectives',
            height: 5,
            description:
              'While one burns or stays below its critical level. Its runbook says what to look at first; those of the past are on Alerts and Notifications.',
            queries: [
              {
                expr: max(
                  select('ALERTS', {
                    alertstate: oneOf('pending', 'firing'),
                    alertname: matches('.+(BurnRate.+|BelowCritical)'),
                  }),
                  ['alertname'],
                ),
                legend: '{{alertname}}',
              },
            ],
            states: { 1: ['burns', 'bad'] },
            links: [toDashboard('alerts-notifications')],
          }),
        ],
      ),
      toDashboard('system-overview'),
    ),
    leadsTo(
      row(
        'How fast is the budget spent?',
        burnRateWindows.slice(0, 2).map(tierPanel),
        burnRateWindows.slice(2).map(tierPanel),
      ),
      toDashboard('errors-logs'),
    ),
    row('Is the promise kept?', sloIds.slice(0, half).map(overTime), sloIds.slice(half).map(overTime)),
    row('How fast is it now?', sloIds.flatMap(now)),
    leadsTo(
      row('How much does the verdict rest on?', [
        timeseries({
          title: 'Events',
          description:
            'Requests, page loads, queries, jobs and e-mails per second, over five minutes. Few events: one that fails weighs much. None: no verdict; is the telemetry there?',
          unit: 'ops',
          queries: [{ expr: ofAll((slo) => sloEvents('total', '5m', slo)), legend: '{{slo}}' }],
          links: [toDashboard('telemetry-pipeline')],
        }),
        timeseries({
          title: 'Events that were not good',
          description: 'Of these, the ones that use up the budget. When did it begin, and what was deployed then?',
          unit: 'ops',
          queries: [{ expr: ofAll((slo) => sloEvents('bad', '5m', slo)), legend: '{{slo}}' }],
        }),
      ]),
      toDashboard('errors-logs'),
    ),
  ],
}
