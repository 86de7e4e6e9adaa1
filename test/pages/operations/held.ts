import type { Site } from './browser.ts'
import type { Row, Seen } from './seen.ts'

/** What must be read on a page, of what the service answers now. */
export type Held = (ask: Site['ask']) => Promise<{
  readonly tables?: Readonly<Record<string, readonly Row[]>>
  readonly figures?: Seen['figures']
}>
