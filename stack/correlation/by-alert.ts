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

/** Alerts for people that fire now, with their annotations filled in. */
export async function firing({ prometheus, signal }: Sites): Promise<Alert[]> {
  const { data } = await askJson<{ data: { alerts: (Alert & { state: string })[] } }>(
    `${prometheus}/api/v1/alerts`,
    signal,
  )
  return data.alerts.filter(({ state, annotations }) => state === 'firing' && annotations.dashboard_url !== undefined)
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
 * From an alert's dashboard, as its link opens it, to a trace with an error: by the dots of the panels, by the dashboard's
 * searches for traces, or, where no Tempo can be searched, by lines about errors.
 */
export async function dashboardToTrace(sites: Sites, address: string): Promise<string | undefined> {
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
    if (query.datasource === 'tempo' && !backends.tempo) continue
    if (!isEmpty(await runQuery(backends, query, range, { signal: sites.signal }))) filled += 1
  }
  if (filled === 0) return `no panel of ${dashboard.title} shows anything`
  return (await failedTraces(sites, range)) > 0 ? undefined : 'nothing leads to a trace with an error'
}

/** How many of the newest traces that an exemplar of an error, or a line about one, names have an error. */
async function failedTraces(sites: Sites, range: TimeRange): Promise<number> {
  const errors = 'traces_kept_span_metrics_duration_seconds_bucket{status_code="STATUS_CODE_ERROR"}'
  const dots = await queryExemplars(sites.prometheus, errors, range, sites.signal)
  const text = '{service_name=~"api|worker|mcp"} | severity_text=~"error|fatal" | trace_id != ""'
  const said = (await lines(sites, text, range)).map(({ labels }) => labels.trace_id ?? '')
  const newest = dots.toSorted((a, b) => b.timeMs - a.timeMs).map(({ traceId }) => traceId)
  for (const traceId of [...new Set([...newest.slice(0, 5), ...said.slice(0, 5)])])
    if ((await trace(sites, traceId)).some(({ error }) => error !== undefined)) return 1
  return 0
}

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
        return address ? { what: nameOf(alert), follow: () => dashboardToTrace(sites, address) } : []
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
