/**
 * The links that Grafana's provisioned data sources make, filled in as Grafana fills them in: from a real span, line or
 * exemplar to the query that a click runs.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import { reference } from '../../dashboards/datasources.ts'
import { root } from '../place.ts'
import type { DatasourceType } from '../queries/dashboards.ts'
import type { LogLine } from '../queries/run-query.ts'
import type { DetailedSpan } from '../queries/span-details.ts'
import type { TimeRange } from '../queries/time-range.ts'

export const provisionedFile = join(root, 'stack/servers/grafana/provisioning/datasources/datasources.yaml')

interface Tag {
  readonly key: string
  readonly value?: string
}

interface Datasource {
  readonly uid: string
  readonly type: string
  readonly jsonData: {
    readonly exemplarTraceIdDestinations?: readonly { readonly name: string; readonly datasourceUid: string }[]
    readonly tracesToLogsV2?: {
      readonly datasourceUid: string
      readonly spanStartTimeShift: string
      readonly spanEndTimeShift: string
      readonly tags: readonly Tag[]
      readonly query: string
    }
    readonly tracesToMetrics?: {
      readonly datasourceUid: string
      readonly spanStartTimeShift: string
      readonly spanEndTimeShift: string
      readonly tags: readonly Tag[]
      readonly queries: readonly { readonly name: string; readonly query: string }[]
    }
    readonly serviceMap?: { readonly datasourceUid: string }
    readonly derivedFields?: readonly {
      readonly matcherType: string
      readonly matcherRegex: string
      readonly datasourceUid: string
      readonly url: string
    }[]
  }
}

/** What a click asks, and of which data source. */
export interface Followed {
  readonly name: string
  readonly datasource: DatasourceType
  readonly text: string
  readonly range: TimeRange
}

/** The provisioned data sources by uid, with Grafana's doubled dollar signs read as one. */
export async function provisioned(file: string = provisionedFile): Promise<ReadonlyMap<string, Datasource>> {
  const text = (await readFile(file, 'utf8')).replaceAll('$$', '$')
  const { datasources } = parse(text) as { datasources: Datasource[] }
  return new Map(datasources.map((datasource) => [datasource.uid, datasource]))
}

type Sources = ReadonlyMap<string, Datasource>

const sourceOf = (sources: Sources, uid: string): Datasource => {
  const found = sources.get(uid)
  if (!found) throw new Error(`there is no data source with the uid "${uid}"`)
  return found
}

const typeOf = (sources: Sources, uid: string): DatasourceType => sourceOf(sources, uid).type as DatasourceType

/** `-1m`, `1m`, `-30m` in milliseconds. @throws on anything else */
export function shift(text: string): number {
  const [, sign, amount, unit] = /^(-?)(\d+)(s|m|h)$/.exec(text) ?? []
  if (!amount || !unit) throw new Error(`"${text}" is no shift of time`)
  return Number(amount) * { s: 1_000, m: 60_000, h: 3_600_000 }[unit as 's'] * (sign ? -1 : 1)
}

/** `service_name="api", …`: the tags that the span or its process has, under the names that the other side uses. */
const tagsOf = (tags: readonly Tag[], { attributes, resource }: DetailedSpan): string =>
  tags
    .flatMap(({ key, value = key }) => {
      const said = attributes[key] ?? resource[key]
      return said === undefined ? [] : `${value}=${JSON.stringify(said)}`
    })
    .join(', ')

/** `$__tags` and `${__tags}`, `${__span.name}`, `${__span.tags["x"]}`, `${__trace.traceId}`. */
function fill(template: string, tags: readonly Tag[], span: DetailedSpan, traceId: string): string {
  return template
    .replace(/\$__tags\b|\$\{__tags\}/g, tagsOf(tags, span))
    .replace(/\$\{__span\.tags\["([^"]+)"\]\}/g, (_, key: string) => span.attributes[key] ?? span.resource[key] ?? '')
    .replaceAll(reference('__span.name'), span.name)
    .replaceAll(reference('__span.spanId'), span.spanId)
    .replaceAll(reference('__trace.traceId'), traceId)
    .replaceAll(reference('__span.traceId'), traceId)
    .replaceAll('$__rate_interval', '1m')
}

const around = (span: DetailedSpan, start: string, end: string): TimeRange => ({
  from: span.startMs + shift(start),
  to: span.startMs + span.durationMs + shift(end),
})

/** "Logs for this span" in a trace. */
export function spanToLogs(sources: Sources, span: DetailedSpan, traceId: string): Followed {
  const link = sourceOf(sources, 'tempo').jsonData.tracesToLogsV2
  if (!link) throw new Error('Tempo is provisioned without tracesToLogsV2')
  return {
    name: 'Logs for this span',
    datasource: typeOf(sources, link.datasourceUid),
    text: fill(link.query, link.tags, span, traceId),
    range: around(span, link.spanStartTimeShift, link.spanEndTimeShift),
  }
}

/** The queries below "metrics" of a span. */
export function spanToMetrics(sources: Sources, span: DetailedSpan, traceId: string): Followed[] {
  const link = sourceOf(sources, 'tempo').jsonData.tracesToMetrics
  if (!link) throw new Error('Tempo is provisioned without tracesToMetrics')
  return link.queries.map(({ name, query }) => ({
    name,
    datasource: typeOf(sources, link.datasourceUid),
    text: fill(query, link.tags, span, traceId),
    range: around(span, link.spanStartTimeShift, link.spanEndTimeShift),
  }))
}

/** The trace that "Open the trace" beside a line leads to; undefined where no derived field matches. */
export function lineToTrace(sources: Sources, { labels }: LogLine): Pick<Followed, 'datasource' | 'text'> | undefined {
  for (const { matcherType, matcherRegex, datasourceUid, url } of sourceOf(sources, 'loki').jsonData.derivedFields ??
    []) {
    // With `label` the expression is matched against names of labels, structured metadata among them.
    const label = matcherType === 'label' && Object.keys(labels).find((name) => new RegExp(matcherRegex).test(name))
    if (label)
      return {
        datasource: typeOf(sources, datasourceUid),
        text: url.replaceAll(reference('__value.raw'), labels[label] ?? ''),
      }
  }
  return undefined
}

/** The trace that an exemplar's dot leads to, by the labels of the exemplar. */
export function exemplarToTrace(
  sources: Sources,
  labels: Readonly<Record<string, string>>,
): Pick<Followed, 'datasource' | 'text'> | undefined {
  for (const { name, datasourceUid } of sourceOf(sources, 'prometheus').jsonData.exemplarTraceIdDestinations ?? []) {
    const text = labels[name]
    if (text) return { datasource: typeOf(sources, datasourceUid), text }
  }
  return undefined
}

/** What the service map asks: the edges that Tempo's metrics generator writes. */
export function serviceMap(sources: Sources): Pick<Followed, 'datasource' | 'text'> {
  const link = sourceOf(sources, 'tempo').jsonData.serviceMap
  if (!link) throw new Error('Tempo is provisioned without serviceMap')
  return {
    datasource: typeOf(sources, link.datasourceUid),
    text: 'sum by (client, server) (traces_service_graph_request_total)',
  }
}
