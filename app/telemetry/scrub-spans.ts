import type { Span, SpanProcessor } from '@opentelemetry/sdk-trace'
import { scrubReason } from './privacy.ts'
import { safeAttribute } from './safe-attributes.ts'

/**
 * Takes secrets, tokens, e-mail addresses and phone numbers out of whatever text a span gathered (paths, statements, messages
 * of errors that quote their input), before any exporter sees it.
 */
export const scrubSpans = (): SpanProcessor => ({
  onStart: () => {},
  onEnding: (span: Span) => {
    for (const [key, value] of Object.entries(span.attributes)) {
      if (value === undefined) continue
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
