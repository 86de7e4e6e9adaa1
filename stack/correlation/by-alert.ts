/** Ways from what somebody is told to what happened. */

import { loadDashboards } from '../queries/dashboards.ts'
import { queryExemplars } from '../queries/exemplars.ts'
import { ask, askJson } from '../queries/http.ts'
import { panelQueries } from '../queries/panel-queries.ts'
import { isEmpty, runQuery } from '../queries/run-query.ts'
import { parseRange, type TimeRange } from '../queries/time-range.ts'
import type { Direction } from './direction.ts'
import { lines, type Sites, series, spread, trace } from './sites.ts'

interface Alert {
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
}

/** Alerts for people, firing now, with their annotations filled in. */
export async function firing({ prometheus, signal }: Sites): Promise<Alert[]> {
  const { data } = await askJson<{ data: { alerts: (Alert & { state: string })[] } }>(
    `${prometheus}/api/v1/alerts`,
    signal,
  )
  // The heartbeat fires always, about nothing.
  return data.alerts.filter(({ state, labels }) => state === 'firing' && labels.receivers !== 'heartbeat')
}

/** Alerts that were told to somebody, newest first. */
const told = async ({ sandbox, signal }: Sites): Promise<Alert[]> =>
  (await askJson<{ alerts: Alert[] }[]>(`${sandbox}/inbox.json`, signal)).flatMap(({ alerts }) => alerts)

const nameOf = ({ labels }: Alert): string => labels.alertname ?? '?'

const unique = <Item>(items: readonly Item[], key: (item: Item) => string): Item[] => [
  ...new Map(items.map((item) => [key(item), item])).values(),
]

async function opens(url: string, signal: AbortSignal): Promise<string | undefined> {
  const page = await ask(url, signal)
  if (page.status !== 200) return `${url} answered ${page.status}`
  return page.headers.get('content-type')?.startsWith('text/html') ? undefined : `${url} is no page`
}

/**
 * From an alert's dashboard, as its link opens it, to a trace: by the dots of that time, or by lines about errors.
 * @param failed whether the trace must have an error
 */
export async function dashboardToTrace(
  sites: Sites,
  address: string,
  { failed }: { failed: boolean },
): Promise<string | undefined> {
  const closed = await opens(address, sites.signal)
  if (closed) return closed
  const { pathname, searchParams } = new URL(address)
  const uid = /^\/d\/([\w-]+)/.exec(pathname)?.[1]
  const dashboard = (await loadDashboards()).find((each) => each.uid === uid)
  if (!dashboard) return `${address} names no dashboard of ours`
  const range = parseRange(searchParams.get('from') ?? '', searchParams.get('to') ?? '')
  const values = Object.fromEntries(
    [...new Set(searchParams.keys())]
      .filter((key) => key.startsWith('var-'))
      .map((key) => [key.slice('var-'.length), searchParams.getAll(key)]),
  )
  const backends = {
    prometheus: sites.prometheus,
    loki: sites.loki,
    ...(sites.traces.tempo && { tempo: sites.traces.tempo }),
  }
  let filled = 0
  for (const query of panelQueries(dashboard, { range, values, points: 100 })) {
    // The first of them are what one sees without scrolling; `npm run verify` asks all.
    if (filled === panelsInView) break
    if (query.datasource === 'tempo' && !backends.tempo) continue
    if (!isEmpty(await runQuery(backends, query, range, { signal: sites.signal }))) filled += 1
  }
  if (filled === 0) return `no panel of ${dashboard.title} shows anything`
  // An alert over days has failed lately too, and what is older may have been rotated away.
  const lately = { from: Math.max(range.from, range.to - 3_600_000), to: range.to }
  return (await leadsToTrace(sites, lately, failed))
    ? undefined
    : `nothing leads to a trace${failed ? ' with an error' : ''}`
}

const panelsInView = 6

/** Whether one of the newest traces that an exemplar, or a line about an error, names opens; has an error, if one must have. */
async function leadsToTrace(sites: Sites, range: TimeRange, failed: boolean): Promise<boolean> {
  const dots = `traces_kept_span_metrics_duration_seconds_bucket${failed ? '{status_code="STATUS_CODE_ERROR"}' : ''}`
  const exemplars = await queryExemplars(sites.prometheus, dots, range, sites.signal)
  const text = '{service_name=~"api|worker|mcp"} | severity_text=~"error|fatal" | trace_id != ""'
  const said = (await lines(sites, text, range)).map(({ labels }) => labels.trace_id ?? '')
  const newest = exemplars.toSorted((a, b) => b.timeMs - a.timeMs).map(({ traceId }) => traceId)
  for (const traceId of new Set([...newest.slice(0, 5), ...said.slice(0, 5)])) {
    const spans = await trace(sites, traceId)
    if (failed ? spans.some(({ error }) => error !== undefined) : spans.length > 0) return true
  }
  return false
}

/** Alerts about what fails; the others are about what is slow, full or absent. */
const aboutFailures = /error|fail|down|availability|letter/i

/** The queries that a runbook's page offers, as its links ask them. */
export async function runbookQueries(page: string, { signal }: Sites): Promise<{ datasource: string; text: string }[]> {
  const html = await (await ask(page, signal)).text()
  return [...html.matchAll(/class="run" href="([^"]+)"/g)].map(([, href = '']) => {
    const { searchParams } = new URL(
      href.replaceAll('&amp;', '&').replaceAll('&quot;', '"').replaceAll('&#39;', "'"),
      page,
    )
    return { datasource: searchParams.get('datasource') ?? '', text: searchParams.get('query') ?? '' }
  })
}

/** Whether a runbook opens, offers queries, and each is answered: with nothing, where nothing is wrong. */
export async function runbookAnswers(sites: Sites, page: string): Promise<string | undefined> {
  const closed = await opens(page, sites.signal)
  if (closed) return closed
  const queries = await runbookQueries(page, sites)
  if (queries.length === 0) return `${page} offers no query`
  const { tempo } = sites.traces
  const backends = { prometheus: sites.prometheus, loki: sites.loki, ...(tempo && { tempo }) }
  for (const { datasource, text } of queries) {
    if (datasource === 'tempo' && !tempo) continue
    await runQuery(
      backends,
      { datasource: datasource as 'loki', text, mode: 'range', stepMs: 60_000 },
      sites.lately(),
      {
        signal: sites.signal,
      },
    )
  }
  return undefined
}

interface ErrorGroup {
  readonly type: string
  readonly place: string
  readonly lastSeen: string
  readonly sampleTraceId: string | null
}

const operator = { authorization: `Bearer ${process.env.DF_ADMIN_SECRET || 'development-admin-secret'}` }

export const byAlert: readonly Direction[] = [
  {
    from: 'alert',
    to: 'dashboard → trace',
    how: 'dashboard_url opens, its panels show something, and an exemplar or a line of that time opens a failed trace',
    mayLack: 'no alert fires now, and none was told',
    samples: async (sites, most) =>
      spread(unique([...(await firing(sites)), ...(await told(sites))], nameOf), most).flatMap((alert) => {
        const { dashboard_url: address } = alert.annotations
        return address
          ? {
              what: nameOf(alert),
              follow: () => dashboardToTrace(sites, address, { failed: aboutFailures.test(nameOf(alert)) }),
            }
          : []
      }),
  },
  {
    from: 'notification',
    to: 'runbook → queries',
    how: 'runbook_url opens, and each query on it is answered',
    samples: async (sites, most) => {
      // Every rule's page, whether or not it was ever told: the link is the rule's, the base the environment's.
      const known = await series(sites, 'count by (alertname) (ALERTS)')
      const rules = await askJson<{ data: { groups: { rules: Alert[] }[] } }>(
        `${sites.prometheus}/api/v1/rules?type=alert`,
        sites.signal,
      )
      const links = rules.data.groups.flatMap((group) =>
        group.rules.flatMap(({ annotations }) => annotations?.runbook_url ?? []),
      )
      const pages = unique(
        links.map((link) => link.replace(/^\{\{ \$externalLabels\.runbook_base \}\}/, sites.pages)),
        String,
      )
      return known.length === 0
        ? []
        : spread(pages, most).map((page) => ({ what: page, follow: () => runbookAnswers(sites, page) }))
    },
  },
  {
    from: 'error group',
    to: 'trace',
    how: 'sampleTraceId of the group; the trace has a span with an error',
    mayLack: 'no error was met yet',
    samples: async (sites, most) => {
      const response = await ask(`${sites.api}/api/monitoring/error-groups?limit=50`, sites.signal, {
        headers: operator,
      })
      const { data } = (await response.json()) as { data: { groups: ErrorGroup[] } }
      const { from, to } = sites.lately()
      const lately = data.groups.filter(({ lastSeen }) => Date.parse(lastSeen) > from && Date.parse(lastSeen) < to)
      return spread(lately, most).map(({ type, place, sampleTraceId }) => ({
        what: `${type} in ${place}, trace ${sampleTraceId}`,
        follow: async () => {
          if (!sampleTraceId) return 'the group names no trace'
          const spans = await trace(sites, sampleTraceId)
          if (spans.length === 0) return 'the trace was not kept'
          return spans.some(({ error }) => error !== undefined) ? undefined : 'no span of the trace has an error'
        },
      }))
    },
  },
]
