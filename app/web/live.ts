import { batch, computed, effect, signal } from '@preact/signals'
import type { LiveMessage, LiveOperations, LiveStatus } from '../live/messages.ts'
import { isOver, readSession } from './session.ts'

/** How the page is told what happens: by a stream, by asking, or not at all. */
export type LiveWay = 'connecting' | 'stream' | 'polling' | 'away'

/** Milliseconds. */
const times = {
  /** Without a message for so long, what is shown is old: three messages of a stream, or two answers. */
  stale: { stream: 6_000, polling: 12_000 },
  /** A stream that says nothing for so long is cut, though nobody said so. */
  silent: 10_000,
  poll: 5_000,
  firstPause: 1_000,
  longestPause: 30_000,
  /** Between two looks at whether somebody has signed in again. */
  signedOut: 15_000,
} as const
/** Streams that broke one after the other before the page asks instead. */
const breaksBeforePolling = 2
/** Answers between two attempts at a stream. */
const pollsBeforeStream = 6

export const status = signal<LiveStatus | undefined>(undefined)
export const operations = signal<LiveOperations | undefined>(undefined)
export const way = signal<LiveWay>('connecting')
/** Rises when everything should be read anew. */
export const resyncs = signal(0)
/** What happened in the workspace last: `{ type: 'contact.created', data }`. */
export const happened = signal<{ readonly type: string; readonly data: Readonly<Record<string, unknown>> } | undefined>(
  undefined,
)
/** The present second by the browser's clock, for whatever counts; it stands still until `follow`. */
export const now = signal(Date.now())
/** What must be added to the browser's clock to have the service's, in milliseconds. */
export const clockOffset = signal(0)

const heardAt = signal<number | undefined>(undefined)

/** Since when nothing new was heard; undefined while all is well. */
export const staleSince = computed(() => {
  if (heardAt.value === undefined) return undefined
  const limit = way.value === 'polling' ? times.stale.polling : times.stale.stream
  return now.value - heardAt.value > limit ? new Date(heardAt.value) : undefined
})

/** Small differences are the way that the message took. */
const smallestOffsetMs = 1_500

const hear = (at: string): void => {
  heardAt.value = Date.now()
  const offset = Date.parse(at) - Date.now()
  clockOffset.value = Math.abs(offset) < smallestOffsetMs ? 0 : offset
}

const take = (message: LiveMessage | { type: string; data: Record<string, unknown> }): void =>
  batch(() => {
    if (message.type === 'status') {
      status.value = message.data as LiveStatus
      hear(status.value.at)
    } else if (message.type === 'operations') {
      operations.value = message.data as LiveOperations
      hear(operations.value.at)
    } else if (message.type === 'resync') resyncs.value += 1
    // What `operations` holds already.
    else if (message.type !== 'snapshot')
      happened.value = message as { type: string; data: Readonly<Record<string, unknown>> }
  })

/**
 * Follows what happens until it is stopped: by server-sent events, and by asking where no stream holds. It comes back by
 * itself, each time a little later; and at once where the browser has a network again, or the page is looked at again.
 */
export const follow = (): (() => void) => {
  let source: EventSource | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let next: (() => void) | undefined
  let breaks = 0
  let polls = 0
  let missed = false
  let stopped = false

  const later = (work: () => void, ms: number): void => {
    clearTimeout(timer)
    if (stopped) return
    next = work
    timer = setTimeout(atOnce, ms)
  }
  /** Does now what is due later. */
  const atOnce = (): void => {
    const due = next
    next = undefined
    clearTimeout(timer)
    due?.()
  }
  /** Twice as long each time, with some chance in it: not everybody comes back in the same moment. */
  const pause = (): number =>
    Math.min(times.longestPause, times.firstPause * 2 ** Math.max(0, breaks - 1)) * (0.75 + Math.random() / 2)

  const connect = (): void => {
    const opened = new EventSource('/api/events')
    source = opened
    const openedAt = Date.now()
    opened.onmessage = ({ data }) => {
      // A stream that opens and breaks at once is none.
      if (way.peek() !== 'stream' && missed) resyncs.value += 1
      missed = false
      breaks = 0
      way.value = 'stream'
      take(JSON.parse(data) as LiveMessage)
    }
    opened.onerror = () => void lose(opened)
    // A connection may be gone without a word.
    const watch = setInterval(() => {
      if (source !== opened) clearInterval(watch)
      else if (Date.now() - Math.max(openedAt, heardAt.peek() ?? 0) > times.silent) void lose(opened)
    }, 1_000)
  }
  const lose = async (lost: EventSource): Promise<void> => {
    if (lost !== source) return
    lost.close()
    source = undefined
    breaks += 1
    missed = true
    if (way.peek() !== 'polling') way.value = 'away'
    // The stream says nothing about why it ended.
    await readSession()
    if (stopped || isOver.peek()) return
    if (breaks >= breaksBeforePolling) await poll()
    else later(connect, pause())
  }
  const poll = async (): Promise<void> => {
    if (stopped) return
    const answer = await fetch('/api/live', { credentials: 'same-origin' }).catch(() => undefined)
    if (stopped) return
    if (answer?.status === 401) await readSession()
    else if (answer?.ok) {
      // What is shown is that of before; what happens while the page asks is read when a stream holds again.
      if (way.peek() === 'away') resyncs.value += 1
      way.value = 'polling'
      polls += 1
      for (const message of (await answer.json()) as LiveMessage[]) take(message)
      later(polls % pollsBeforeStream === 0 ? connect : () => void poll(), times.poll)
    } else {
      way.value = 'away'
      breaks += 1
      later(() => void poll(), pause())
    }
  }
  /** Whose session is over is told nothing any more, until somebody has signed in again, perhaps in another tab. */
  const keepToSession = (): (() => void) | undefined => {
    if (!isOver.value) {
      if (way.peek() === 'away' && source === undefined) connect()
      return undefined
    }
    source?.close()
    source = undefined
    clearTimeout(timer)
    next = undefined
    missed = true
    way.value = 'away'
    const looking = setInterval(() => void readSession(), times.signedOut)
    return () => clearInterval(looking)
  }

  const hurry = (): void => {
    now.value = Date.now()
    if (document.hidden) return
    if (isOver.peek()) void readSession()
    else if (way.peek() === 'away') atOnce()
  }
  const clock = setInterval(() => {
    now.value = Date.now()
  }, 1_000)
  addEventListener('online', hurry)
  document.addEventListener('visibilitychange', hurry)
  heardAt.value = now.value = Date.now()
  connect()
  const stopKeeping = effect(keepToSession)
  return () => {
    stopped = true
    stopKeeping()
    clearTimeout(timer)
    clearInterval(clock)
    source?.close()
    source = undefined
    removeEventListener('online', hurry)
    document.removeEventListener('visibilitychange', hurry)
    batch(() => {
      way.value = 'connecting'
      heardAt.value = undefined
    })
  }
}
