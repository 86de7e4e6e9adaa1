import type { Span, SpanProcessor } from '@opentelemetry/sdk-trace'
import { scrubText } from './privacy.ts'

/** Attributes that cannot hold free text: ids, numbers, closed sets. They are most of a span, so they are not searched. */
const harmless =
  /^(http\.(request\.method|route|response\..*)|url\.scheme|network\..*|server\.port|db\.(system\.name|namespace|operation\.name|collection\.name)|messaging\.(system|operation\..*|destination\.name|message\.id)|user\.id|crm\.workspace\.id|error\.type)$/

/**
 * Takes secrets, tokens, e-mail addresses and phone numbers out of whatever text a span gathered (paths, statements, messages
 * of errors that quote their input), before any exporter sees it.
 */
export const scrubSpans = (): SpanProcessor => ({
  onStart: () => {},
  onEnding: (span: Span) => {
    for (const [key, value] of Object.entries(span.attributes)) {
      if (typeof value !== 'string' || harmless.test(key)) continue
      const clean = scrubText(value)
      if (clean !== value) span.setAttribute(key, clean)
    }
    const { message, code } = span.status
    if (message) span.setStatus({ code, message: scrubText(message) })
    for (const { attributes } of span.events)
      for (const [key, value] of Object.entries(attributes ?? {}))
        if (typeof value === 'string' && attributes) attributes[key] = scrubText(value)
  },
  onEnd: () => {},
  forceFlush: async () => {},
  shutdown: async () => {},
})
