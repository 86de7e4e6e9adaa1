import type { Dashboard } from '../queries/dashboards.ts'
import { type Backends, isEmpty, runQuery } from '../queries/run-query.ts'
import { parseRange, promDuration } from '../queries/time-range.ts'

const minute = 60_000
const nice = [5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 360, 720]

/**
 * Where a dashboard's range begins when nobody said: its own, but for a stack that is younger than that and has nothing
 * from before, since when it runs; an hour of which the first fifty minutes are empty shows a mere sliver.
 */
export async function ownFrom(
  dashboard: Dashboard,
  startedAt: string | undefined,
  backends: Backends,
  now: number = Date.now(),
): Promise<string> {
  const own = dashboard.time?.from ?? 'now-1h'
  const { from } = parseRange(own, 'now', now)
  const started = startedAt === undefined ? Number.NaN : Date.parse(startedAt)
  if (!(started - from > minute)) return own
  const before = promDuration(Math.round((started - from) / 1_000) * 1_000)
  const text = `group(last_over_time(up[${before}] offset ${promDuration(Math.round((now - started) / 1_000) * 1_000)}))`
  const query = { datasource: 'prometheus', text, mode: 'instant', stepMs: minute } as const
  const older = await runQuery(backends, query, { from, to: now }, { timeoutMs: 1_000 }).catch(() => undefined)
  if (!older || !isEmpty(older)) return own
  const minutes = (now - started) / minute
  const rounded = nice.find((each) => each >= minutes)
  return rounded === undefined ? own : rounded % 60 === 0 ? `now-${rounded / 60}h` : `now-${rounded}m`
}
