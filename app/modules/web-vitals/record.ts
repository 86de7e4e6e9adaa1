import { counter, histogram } from '../../telemetry/instruments.ts'
import type { Report } from './schemas.ts'

/** Below `/admin`, as the menu of the operators' part has them. */
const parts = ['resources', 'integrations', 'queues', 'errors', 'alerts', 'events', 'users', 'journeys', 'audit']

/** Pages whose load is measured, by their route. Whatever else a browser names is `other`: anybody may report. */
const pages: readonly string[] = ['/docs', '/', '/leads', '/deals', '/admin', ...parts.map((part) => `/admin/${part}`)]

const loads = histogram('web_page_load_seconds')
const vitals = counter('web_vitals_total')

/** Measures what a browser reported. */
export const recordReport = (report: Report): void => {
  const page = pages.find((known) => known === report.page) ?? 'other'
  for (const { name, value, rating } of report.vitals) {
    vitals.add(1, { name, rating })
    if (name === 'lcp') loads.record(value / 1_000, { page })
  }
}

/**
 * How many may still report: `perSecond` on average, twice as many at once. Nobody is known here, so it is one for all.
 * @param now milliseconds, for tests
 */
export const reportLimit = (perSecond: number, now: () => number = performance.now.bind(performance)) => {
  const most = 2 * perSecond
  let left = most
  let since = now()
  /** @returns whether this one may */
  return (): boolean => {
    const at = now()
    left = Math.min(most, left + ((at - since) / 1_000) * perSecond)
    since = at
    if (left < 1) return false
    left -= 1
    return true
  }
}
