import { Hono } from 'hono'
import { findExports, hex, type OtlpTraces } from '../queries/find-trace.ts'
import { KeptIndex } from '../queries/kept-index.ts'
import { traceIdOf } from './trace-page.ts'

/** `{ name = "…" }` and `{ status = error }`, joined by `&&`: what can be searched here. Undefined for anything else. */
export const readQuery = (text: string): { names: string[]; failed: boolean } | undefined => {
  const sets = text.replace(/\s*with\s*\(\s*most_recent\s*=\s*true\s*\)\s*$/, '').match(/\{[^{}]*\}|&&|\S+/g) ?? []
  const names: string[] = []
  let failed = false
  for (const [index, set] of sets.entries()) {
    if (index % 2 === 1) {
      if (set !== '&&') return undefined
      continue
    }
    const name = /^\{\s*name\s*=\s*("(?:[^"\\]|\\.)*")\s*\}$/.exec(set)?.[1]
    if (name !== undefined) names.push(JSON.parse(name) as string)
    else if (/^\{\s*status\s*=\s*error\s*\}$/.test(set)) failed = true
    else if (!/^\{\s*\}$/.test(set)) return undefined
  }
  return sets.length % 2 === 1 ? { names, failed } : undefined
}

/**
 * The two questions of Tempo's API that the service asks, answered from the collector's file of kept traces: where no Tempo
 * runs, its operators see traces nevertheless.
 */
export const tempoApi = (tracesFolder: string): Hono => {
  const kept = new KeptIndex(tracesFolder)
  const app = new Hono()
  app.get('/api/search', async (c) => {
    const query = readQuery(c.req.query('q') ?? '')
    if (!query)
      return c.json({ message: 'Only sets of a name, or of failed spans, joined by && are searched here' }, 400)
    const since = (Number(c.req.query('start')) || 0) * 1_000
    const limit = Math.min(Math.max(Number(c.req.query('limit')) || 20, 1), 100)
    const found = (await kept.search(query)).filter(({ startMs }) => startMs >= since).slice(0, limit)
    const traces = found.map(({ traceId, rootName, rootService, startMs, endMs }) => ({
      traceID: traceId,
      rootServiceName: rootService,
      rootTraceName: rootName,
      startTimeUnixNano: String(BigInt(Math.round(startMs * 1_000)) * 1_000n),
      durationMs: Math.round(endMs - startMs),
    }))
    return c.json({ traces })
  })
  app.get('/api/v2/traces/:id', async (c) => {
    const traceId = traceIdOf(c.req.param('id'))
    const exports = traceId ? await findExports({ tracesFolder }, traceId, c.req.raw.signal) : []
    const resourceSpans = exports.flatMap((one) => onlyOf(one, traceId ?? ''))
    return resourceSpans.length > 0 ? c.json({ trace: { resourceSpans } }) : c.json({ message: 'not kept' }, 404)
  })
  return app
}

/** An export holds many traces. */
const onlyOf = ({ resourceSpans = [] }: OtlpTraces, traceId: string) =>
  resourceSpans.flatMap(({ resource, scopeSpans = [] }) => {
    const spans = scopeSpans.flatMap((scope) => scope.spans ?? []).filter((span) => hex(span.traceId) === traceId)
    return spans.length > 0 ? [{ resource, scopeSpans: [{ spans }] }] : []
  })
