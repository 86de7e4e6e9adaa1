import { batch, computed, signal } from '@preact/signals'
import type { LiveMessage, LiveOperations, LiveStatus } from '../live/messages.ts'
import { readSession, session } from './session.ts'

/** How the page is told what happens: by a stream, by asking, or not at all. */
export type LiveWay = 'connecting' | 'stream' | 'polling' | 'away'

/** Milliseconds without a message after which what is shown is old: three messages. */
const staleAfterMs = 6_000
/** Streams that broke one after the other before the page asks instead. */
const breaksBeforePolling = 2
const pollEveryMs = 5_000
const longestPauseMs = 30_000

export const status = signal<LiveStatus | undefined>(undefined)
export const operations = signal<LiveOperations | undefined>(undefined)
export const way = signal<LiveWay>('connecting')
/** Rises when everything should be read anew. */
export const resyncs = signal(0)
/** What happened in the workspace last: `{ type: 'contact.created', data }`. */
export const happened = signal<{ readonly type: string; readonly data: Readonly<Record<string, unknown>> } | undefined>(
  undefined,
)

const heardAt = signal<number | undefined>(undefined)
/** The present second, for whatever counts. */
export const now = signal(Date.now())
setInterval(() => {
  now.value = Date.now()
}, 1_000)

/** Since when nothing new was heard; undefined while all is well. */
export const staleSince = computed(() =>
  heardAt.value !== undefined && now.value - heardAt.value > staleAfterMs ? new Date(heardAt.value) : undefined,
)

const take = (message: LiveMessage | { type: string; data: Record<string, unknown> }): void =>
  batch(() => {
    if (message.type === 'status' || message.type === 'operations') heardAt.value = Date.now()
    if (message.type === 'status') status.value = message.data as LiveStatus
    else if (message.type === 'operations') operations.value = message.data as LiveOperations
    else if (message.type === 'resync') resyncs.value += 1
    // What `operations` holds already.
    else if (message.type === 'snapshot') return
    else happened.value = message as { type: string; data: Record<string, unknown> }
  })

/** Follows what happens until it is stopped: by server-sent events, and by asking where no stream holds. */
export const follow = (): (() => void) => {
  let source: EventSource | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let breaks = 0
  let stopped = false

  const later = (work: () => void, ms: number): void => {
    clearTimeout(timer)
    if (!stopped) timer = setTimeout(work, ms)
  }
  /** Twice as long each time, with some chance in it: not everybody comes back in the same moment. */
  const pause = (): number => Math.min(longestPauseMs, 1_000 * 2 ** breaks) * (0.75 + Math.random() / 2)

  const open = (): void => {
    source = new EventSource('/api/events')
    source.onopen = () => {
      if (breaks > 0) resyncs.value += 1
      breaks = 0
      way.value = 'stream'
    }
    source.onmessage = ({ data }) => take(JSON.parse(data) as LiveMessage)
    source.onerror = () => {
      source?.close()
      breaks += 1
      way.value = breaks > breaksBeforePolling ? 'polling' : 'away'
      // The stream says nothing about why it ended; the session may be over.
      void readSession().then(() => {
        if (session.peek() !== null) later(way.peek() === 'polling' ? poll : open, pause())
      })
    }
  }
  const poll = async (): Promise<void> => {
    const answer = await fetch('/api/live', { credentials: 'same-origin' }).catch(() => undefined)
    if (answer?.status === 401) return await readSession()
    if (answer?.ok) {
      way.value = 'polling'
      for (const message of (await answer.json()) as LiveMessage[]) take(message)
    } else way.value = 'away'
    breaks += 1
    // Every now and then whether a stream holds again.
    later(breaks % 4 === 0 ? open : () => void poll(), answer?.ok ? pollEveryMs : pause())
  }

  open()
  return () => {
    stopped = true
    clearTimeout(timer)
    source?.close()
  }
}
