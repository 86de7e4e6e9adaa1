import { html } from 'hono/html'
import { findExports } from '../queries/find-trace.ts'
import { type DetailedSpan, detailedSpans } from '../queries/span-details.ts'
import { type Html, page } from './page.ts'

/** An id of 8 or 16 bytes in hexadecimal. */
export const traceIdOf = (text: string): string | undefined =>
  /^[0-9a-f]{16,32}$/i.test(text) ? text.toLowerCase().padStart(32, '0') : undefined

/** The frame of one trace; the browser draws its spans. */
export const tracePage = (traceId: string): Html =>
  page({
    title: `Trace ${traceId}`,
    styles: ['panels.css', 'lists.css'],
    scripts: ['trace.js'],
    body: html`<h1>Trace <code>${traceId}</code></h1>
<div class="trace" data-trace="${traceId}"><p class="note">loading</p></div>`,
  })

export interface TraceData {
  readonly spans: readonly DetailedSpan[]
  /** Where they were found, or why there are none; for people. */
  readonly from: string
}

/**
 * The spans from Tempo; where it does not run, does not answer or does not know the trace, from the collector's file of
 * kept traces.
 */
export async function traceData(
  source: { readonly tempo?: string | undefined; readonly tracesFolder: string },
  traceId: string,
  signal: AbortSignal,
): Promise<TraceData> {
  const { tempo, tracesFolder } = source
  let trouble = 'Tempo does not run here'
  if (tempo !== undefined) {
    try {
      const spans = detailedSpans(await findExports({ tempo, tracesFolder }, traceId, signal), traceId)
      if (spans.length > 0) return { spans, from: 'Tempo' }
      trouble = 'Tempo does not know it'
    } catch (error) {
      trouble = `Tempo: ${(error as Error).message}`
    }
  }
  const spans = detailedSpans(await findExports({ tracesFolder }, traceId, signal), traceId)
  if (spans.length > 0) return { spans, from: 'the collector’s file of kept traces' }
  return {
    spans,
    from: `${trouble}, and it is not in the collector’s file of kept traces. A trace arrives up to half a minute after its end; one that was not sampled never does.`,
  }
}
