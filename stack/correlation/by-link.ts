/** Ways that a click takes in Grafana: its provisioned data sources’ links, filled in from real signals and asked for real. */
import { type Backends, isEmpty, runQuery } from '../queries/run-query.ts'
import { linesLately, requestSpans, spanExemplars, tracedLines } from './by-trace.ts'
import type { Direction } from './direction.ts'
import {
  exemplarToTrace,
  type Followed,
  lineToTrace,
  provisioned,
  serviceMap,
  spanToLogs,
  spanToMetrics,
} from './grafana-links.ts'
import { type Sites, series, spread, trace } from './sites.ts'

const backendsOf = ({ prometheus, loki, traces }: Sites): Backends => ({
  prometheus,
  loki,
  ...(traces.tempo && { tempo: traces.tempo }),
})

/** Runs what a click asks. @returns the question where nothing was answered */
async function asked(sites: Sites, { name, datasource, text, range }: Followed): Promise<string | undefined> {
  const query = { datasource, text, mode: 'range', stepMs: 15_000 } as const
  // Ends now at the latest: a click is never in the future.
  const found = await runQuery(
    backendsOf(sites),
    query,
    { ...range, to: Math.min(range.to, Date.now()) },
    { signal: sites.signal },
  )
  if (isEmpty(found)) return `${name}: nothing for ${text}`
  if (found.kind !== 'series') return undefined
  return found.series.some(({ points }) => points.some(([, value]) => !Number.isNaN(value)))
    ? undefined
    : `${name}: no number for ${text}`
}

/** A trace id that a link leads to, as the trace’s own page asks for it. */
async function traceOpens(
  sites: Sites,
  link: Pick<Followed, 'datasource' | 'text'> | undefined,
): Promise<string | undefined> {
  if (!link) return 'no link'
  if (link.datasource !== 'tempo') return `the link leads to ${link.datasource}`
  if (!/^[0-9a-f]{32}$/.test(link.text)) return `"${link.text}" is no trace id`
  return (await trace(sites, link.text)).length > 0 ? undefined : `there is no trace ${link.text}`
}

export const byLink: readonly Direction[] = [
  {
    from: 'Grafana: dot on a curve',
    to: 'trace',
    how: 'exemplarTraceIdDestinations of the data source Prometheus',
    samples: async (sites, most) => {
      const sources = await provisioned()
      return spread(await spanExemplars(sites), most).map(({ traceId, labels }) => ({
        what: `${labels.service_name} ${labels.span_name}`,
        follow: () => traceOpens(sites, exemplarToTrace(sources, { ...labels, trace_id: traceId })),
      }))
    },
  },
  {
    from: 'Grafana: span',
    to: 'logs',
    how: 'tracesToLogsV2 of the data source Tempo',
    samples: async (sites, most) => {
      const sources = await provisioned()
      return (await requestSpans(sites, most)).map(({ traceId, span }) => ({
        what: `${span.service} ${span.name}, trace ${traceId}`,
        follow: () => asked(sites, spanToLogs(sources, span, traceId)),
      }))
    },
  },
  {
    from: 'Grafana: span',
    to: 'metrics',
    how: 'each query of tracesToMetrics of the data source Tempo',
    samples: async (sites, most) => {
      const sources = await provisioned()
      return (await requestSpans(sites, most)).map(({ traceId, span }) => ({
        what: `${span.service} ${span.name}, trace ${traceId}`,
        follow: async () => {
          for (const link of spanToMetrics(sources, span, traceId)) {
            const problem = await asked(sites, link)
            if (problem) return problem
          }
          return undefined
        },
      }))
    },
  },
  {
    from: 'Grafana: line',
    to: 'trace',
    how: 'derivedFields of the data source Loki, matched against the labels of the answer',
    samples: async (sites, most) => {
      const sources = await provisioned()
      const found = await linesLately(sites, most, tracedLines)
      return found.map((line) => ({
        what: `"${line.line}" of ${line.labels.service_name}`,
        follow: () => traceOpens(sites, lineToTrace(sources, line)),
      }))
    },
  },
  {
    from: 'Grafana: service map',
    to: 'metrics',
    how: 'serviceMap of the data source Tempo: the edge from api to worker',
    mayLack: 'its edges are written by Tempo, which does not run here',
    samples: async (sites) => {
      if (!sites.traces.tempo) return []
      const { text } = serviceMap(await provisioned())
      return [
        {
          what: 'api → worker',
          follow: async () =>
            (await series(sites, text)).some(({ labels }) => labels.client === 'api' && labels.server === 'worker')
              ? undefined
              : `no such edge in ${text}`,
        },
      ]
    },
  },
]
