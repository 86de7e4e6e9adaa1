import {
  countShown,
  increaseShown,
  max,
  maxShown,
  observed,
  perMinute,
  quantile,
  rate,
  rateOfBuckets,
  select,
  sum,
} from '../../catalogue/promql.ts'
import { leadsTo, type Row, row } from '../layout.ts'
import { pageLoadLimits } from '../limits.ts'
import { toDashboard } from '../links.ts'
import { heatmap, timeseries } from '../panels.ts'
import { most, topAndOthers } from '../top.ts'
import { scope } from '../variables.ts'

const window = '$__rate_interval'
const activities = select('user_activities_total', scope)
const users = select('active_users_total', scope)
const pages = select('web_page_load_seconds', scope)

/** Who is there, what they do, and how the pages feel to them. */
export const people = (): Row =>
  leadsTo(
    row(
      'What do people do, and how does it feel?',
      [
        timeseries({
          title: 'Active users by workspace',
          description: `With a request in the last five minutes; the ${most} largest workspaces. A workspace that falls to none: ask whether they can sign in.`,
          unit: 'short',
          stacked: true,
          queries: topAndOthers(max(users, ['workspace']), max(maxShown(users), ['workspace']), {
            legend: '{{workspace}}',
          }),
          links: [toDashboard('security')],
        }),
        timeseries({
          title: 'User activity',
          description: `What signed-in users do, per minute; the ${most} most frequent kinds. One that vanished: try it yourself.`,
          unit: 'cpm',
          queries: topAndOthers(
            perMinute(sum(rate(activities, window), ['action'])),
            sum(increaseShown(activities), ['action']),
            { legend: '{{action}}' },
          ),
        }),
        timeseries({
          title: 'Live connections',
          description:
            'People who follow events live, by kind. A sudden fall of all: the api was restarted, or a proxy cuts them.',
          unit: 'short',
          queries: [{ expr: sum(select('websocket_connections_active', scope), ['type']), legend: '{{type}}' }],
        }),
        timeseries({
          title: 'Events sent live',
          description:
            'Per second, to all connections. None while there are connections: is the database’s notification channel heard?',
          unit: 'ops',
          queries: [{ expr: sum(rate(select('realtime_events_total', scope), window), ['type']), legend: '{{type}}' }],
        }),
      ],
      [
        timeseries({
          title: 'Page load by page, p95',
          description: `As the browsers of users report it (largest contentful paint); lines at 2 s and 4 s; the ${most} pages with the most loads. One page: what was added to it? All: the API or the network.`,
          unit: 's',
          limits: pageLoadLimits,
          queries: topAndOthers(observed(quantile(0.95, pages, window, ['page'])), sum(countShown(pages), ['page']), {
            legend: '{{page}}',
            others: 'max',
          }),
        }),
        heatmap({
          title: 'Page loads by duration',
          description:
            'How many loads took how long. A second band above the first: some people are slow (their network, their device).',
          unit: 's',
          buckets: sum(rateOfBuckets(pages, window), ['le']),
        }),
        timeseries({
          title: 'Web vitals',
          description:
            'Reports per minute, by measure and rating. poor in cls: something jumps; in inp: a handler blocks; in lcp or ttfb: see the API.',
          unit: 'cpm',
          queries: [
            {
              expr: perMinute(sum(rate(select('web_vitals_total', scope), window), ['rating', 'name'])),
              legend: '{{rating}}: {{name}}',
            },
          ],
        }),
      ],
    ),
    toDashboard('api-performance'),
  )
