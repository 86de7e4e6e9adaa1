import type { Dashboard } from '../queries/dashboards.ts'
import { panelQueries } from '../queries/panel-queries.ts'
import { type Backends, QueryError, runQuery } from '../queries/run-query.ts'
import { parseRange } from '../queries/time-range.ts'
import type { Check, Finding } from './check.ts'

/** What people choose: what happens now, since yesterday, and the window of the objectives. */
const ranges = ['15m', '24h', '30d'] as const

/** Points across a panel. Limits are on the time that is read, not on what is drawn: a few show whether a server refuses. */
const points = 5

/** A check for each dashboard and range: no server refuses any of its queries, or takes longer than a person would wait. */
export const rangeChecks = (dashboards: readonly Dashboard[], backends: Backends): Check[] =>
  dashboards.flatMap((dashboard) =>
    ranges.map((range) => ({
      group: 'Ranges of time',
      name: `${dashboard.title} over ${range}`,
      run: (signal) => findRefusals(dashboard, range, backends, signal),
    })),
  )

const findRefusals = async (
  dashboard: Dashboard,
  length: (typeof ranges)[number],
  backends: Backends,
  signal: AbortSignal,
): Promise<Finding> => {
  const range = parseRange(`now-${length}`, 'now')
  const refusals: string[] = []
  for (const query of panelQueries(dashboard, { range, points })) {
    // A server that this machine lacks is reported with each panel.
    if (!backends[query.datasource]) continue
    try {
      await runQuery(backends, query, range, { signal, limit: 1 })
    } catch (error) {
      if (!(error instanceof QueryError)) throw error
      refusals.push(`${query.panel.title}: ${error.message} (${query.text})`)
    }
  }
  return refusals.length > 0 ? { state: 'error', note: refusals.join('; ') } : { state: 'ok' }
}
