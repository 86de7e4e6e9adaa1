/** Ways that a click takes in the console: its own pages, asked as the browser asks them. */
import { linksOfSpan } from '../console/assets/shared/span-links.ts'
import type { Exemplar } from '../queries/exemplars.ts'
import { askJson } from '../queries/http.ts'
import type { LogLine, Series } from '../queries/run-query.ts'
import type { DetailedSpan } from '../queries/span-details.ts'
import { requestSpans } from './by-trace.ts'
import type { Direction } from './direction.ts'
import { type Sites, spread } from './sites.ts'

/** What an address of the explorer shows. */
interface Shown {
  readonly lines: readonly LogLine[]
  readonly table: { readonly series: readonly Pick<Series, 'labels'>[] }
  readonly failures: readonly { readonly message: string }[]
}

async function shows(sites: Sites, path: string): Promise<string | undefined> {
  const page = await fetch(`${sites.pages}${path}`, { signal: sites.signal })
  if (page.status !== 200) return `${path} answered ${page.status}`
  const { pathname, search } = new URL(page.url)
  if (pathname.startsWith('/d/')) return undefined
  const { lines, table, failures } = await askJson<Shown>(`${sites.pages}/explore/data${search}`, sites.signal)
  if (failures[0]) return `${path}: ${failures[0].message}`
  return lines.length > 0 || table.series.length > 0 ? undefined : `${path} shows nothing`
}

export const byPage: readonly Direction[] = [
  {
    from: 'console: dot on a curve',
    to: 'trace page',
    how: 'the dots of "Latency, all endpoints" of API Performance, and the spans of /trace/<id>',
    samples: async (sites, most) => {
      const { from, to } = sites.lately()
      const html = await (await fetch(`${sites.pages}/d/api-performance?from=${from}&to=${to}`)).text()
      const panel = /id="panel-(\d+)"[^>]*data-panel="[^"]*Latency, all endpoints/.exec(html)?.[1]
      const { exemplars } = await askJson<{ exemplars: Exemplar[] }>(
        `${sites.pages}/d/api-performance/panels/${panel}?from=${from}&to=${to}`,
        sites.signal,
      )
      return spread(exemplars, most).map(({ traceId }) => ({
        what: `trace ${traceId}`,
        follow: async () => {
          const { spans, from: why } = await askJson<{ spans: DetailedSpan[]; from: string }>(
            `${sites.pages}/trace/${traceId}/data`,
            sites.signal,
          )
          return spans.length > 0 ? undefined : why
        },
      }))
    },
  },
  {
    from: 'console: span',
    to: 'logs, metrics, dashboard',
    how: 'the links of a span on /trace/<id>, all over the same range of time',
    samples: async (sites, most) =>
      (await requestSpans(sites, most)).map(({ traceId, span }) => ({
        what: `${span.service} ${span.name}, trace ${traceId}`,
        follow: async () => {
          for (const { path } of linksOfSpan(traceId, span)) {
            const problem = await shows(sites, path)
            if (problem) return problem
          }
          return undefined
        },
      })),
  },
]
