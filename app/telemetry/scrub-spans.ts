import { SpanKind } from '@opentelemetry/api'
import type { Span, SpanProcessor } from '@opentelemetry/sdk-trace'
import { scrubReason } from './privacy.ts'
import { safeAttribute } from './safe-attributes.ts'

/** What `incoming.ts` has scrubbed where it knew what it was; twice would be the dearest part of a span. */
const scrubbed = new Set(['url.path', 'url.query', 'server.address', 'user_agent.original'])

/**
 * Takes secrets, tokens, e-mail addresses and phone numbers out of whatever text a span gathered (paths, statements, messages
 * of errors that quote their input), before any exporter sees it.
 */
export const scrubSpans = (): SpanProcessor => ({
  onStart: () => {},
  onEnding: (span: Span) => {
    const isOurs = span.kind === SpanKind.SERVER && span.instrumentationScope.name === 'crm'
    for (const key in span.attributes) {
      const value = span.attributes[key]
      if (typeof value === 'number' || value === undefined || (isOurs && scrubbed.has(key))) continue
      const clean = safeAttribute(key, value)
      if (clean !== value) span.setAttribute(key, clean)
    }
    const { message, code } = span.status
    if (message) span.setStatus({ code, message: scrubReason(message) })
    for (const { attributes } of span.events)
      for (const [key, value] of Object.entries(attributes ?? {}))
        if (value !== undefined && attributes) attributes[key] = safeAttribute(key, value)
  },
  onEnd: () => {},
  forceFlush: async () => {},
  shutdown: async () => {},
})
