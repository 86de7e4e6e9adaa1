import { type Attributes, type AttributeValue, SpanKind, type SpanStatus } from '@opentelemetry/api'
import type { Span, SpanProcessor, TimedEvent } from '@opentelemetry/sdk-trace'
import { scrubReason } from './privacy.ts'
import { safeAttribute } from './safe-attributes.ts'

const eachUnclean = (attributes: Attributes, tell: (key: string, clean: AttributeValue) => void): void => {
  for (const key in attributes) {
    const value = attributes[key]
    if (typeof value === 'number' || value === undefined) continue
    const clean = safeAttribute(key, value)
    if (clean !== value) tell(key, clean)
  }
}

/** Takes out of attributes what must not leave the process. */
export const scrubAttributes = (attributes: Attributes): void =>
  eachUnclean(attributes, (key, clean) => {
    attributes[key] = clean
  })

export const scrubEvents = (events: readonly TimedEvent[]): void => {
  for (const { attributes } of events) if (attributes) scrubAttributes(attributes)
}

export const scrubStatus = (status: SpanStatus): SpanStatus =>
  status.message ? { code: status.code, message: scrubReason(status.message) } : status

/** What `incoming.ts` has scrubbed where it knew what it was. */
const scrubbed = new Set(['url.path', 'url.query', 'server.address', 'user_agent.original'])

/**
 * Takes secrets, tokens, e-mail addresses and phone numbers out of whatever text a span gathered (paths, statements, messages
 * of errors that quote their input), before any exporter sees it. For the SDK's spans; ours do it by themselves.
 */
export const scrubSpans = (): SpanProcessor => ({
  onStart: () => {},
  onEnding: (span: Span) => {
    const isOurs = span.kind === SpanKind.SERVER && span.instrumentationScope.name === 'crm'
    eachUnclean(span.attributes, (key, clean) => {
      if (!isOurs || !scrubbed.has(key)) span.setAttribute(key, clean)
    })
    scrubEvents(span.events)
    if (span.status.message) span.setStatus(scrubStatus(span.status))
  },
  onEnd: () => {},
  forceFlush: async () => {},
  shutdown: async () => {},
})
