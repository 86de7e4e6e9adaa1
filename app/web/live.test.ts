import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { clockOffset, follow, happened, now, resyncs, staleSince, status, way } from './live.ts'
import { isOver, type Session, session } from './session.ts'

class Stream {
  static all: Stream[] = []
  onmessage: ((event: { data: string }) => void) | undefined
  onerror: (() => void) | undefined
  isClosed = false

  constructor() {
    Stream.all.push(this)
  }
  close(): void {
    this.isClosed = true
  }
  say(type: string, data: object = {}): void {
    this.onmessage?.({ data: JSON.stringify({ type, data }) })
  }
}
const last = (): Stream => Stream.all.at(-1) as Stream

const anna: Session = {
  user: { id: '1', name: 'Anna', email: 'anna@crm.example', role: 'member' },
  workspace: { id: '2', name: 'Holm' },
  csrfToken: 'token',
}

/** What the service answers to each path; undefined: nobody answers. */
let answers: Record<string, () => Response | undefined>
let asked: string[]
let stop: () => void

const told = () => ({ at: new Date().toISOString(), badges: [] })
const live = (): Response => Response.json([{ type: 'status', data: told() }])

/** Lets time go by, and what waits for it happen. */
const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms)

beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2026-11-21T12:00:00Z') })
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
  Stream.all = []
  asked = []
  answers = { '/api/auth/me': () => Response.json(anna), '/api/live': live }
  const heard = new EventTarget()
  vi.stubGlobal('EventSource', Stream)
  vi.stubGlobal('document', Object.assign(new EventTarget(), { hidden: false }))
  vi.stubGlobal('addEventListener', heard.addEventListener.bind(heard))
  vi.stubGlobal('removeEventListener', heard.removeEventListener.bind(heard))
  vi.stubGlobal('dispatchEvent', heard.dispatchEvent.bind(heard))
  vi.stubGlobal('fetch', async (path: string) => {
    asked.push(path)
    const answer = answers[path]?.()
    if (!answer) throw new TypeError('Failed to fetch')
    return answer
  })
  session.value = anna
  isOver.value = false
  stop = follow()
})
afterEach(() => {
  stop()
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
  vi.useRealTimers()
})

describe('a page that follows', () => {
  it('takes what the stream says', () => {
    last().say('status', told())
    last().say('contact.created', { contactId: '7' })
    expect(way.value).toBe('stream')
    expect(status.value).toEqual({ at: '2026-11-21T12:00:00.000Z', badges: [] })
    expect(happened.value).toEqual({ type: 'contact.created', data: { contactId: '7' } })
    last().say('snapshot', {})
    expect(happened.value?.type).toBe('contact.created')
  })

  it('says since when it heard nothing, also where it never heard anything', async () => {
    await pass(6_000)
    expect(staleSince.value).toBeUndefined()
    await pass(1_000)
    expect(staleSince.value).toEqual(new Date('2026-11-21T12:00:00Z'))
    last().say('status', told())
    expect(staleSince.value).toBeUndefined()
  })

  it('knows how far its clock is off', () => {
    last().say('status', { at: '2026-11-21T12:00:01Z', badges: [] })
    expect(clockOffset.value).toBe(0)
    last().say('status', { at: '2026-11-21T12:05:00Z', badges: [] })
    expect(clockOffset.value).toBe(300_000)
  })

  it('comes back after a break, and reads everything anew', async () => {
    last().say('status', told())
    const before = resyncs.value
    last().onerror?.()
    await pass(0)
    expect([way.value, Stream.all.length]).toEqual(['away', 1])
    await pass(1_000)
    expect(Stream.all.length).toBe(2)
    expect(resyncs.value).toBe(before)
    last().say('status', told())
    expect([way.value, resyncs.value]).toEqual(['stream', before + 1])
    last().say('status', told())
    expect(resyncs.value).toBe(before + 1)
  })

  it('takes a stream that falls silent for cut', async () => {
    last().say('status', told())
    await pass(11_000)
    expect(Stream.all[0]?.isClosed).toBe(true)
    await pass(1_000)
    expect(Stream.all.length).toBe(2)
  })

  it('asks where streams do not hold, and tries a stream again later', async () => {
    last().onerror?.()
    await pass(1_000)
    last().onerror?.()
    await pass(0)
    expect(way.value).toBe('polling')
    await pass(7_000)
    expect(staleSince.value).toBeUndefined()
    await pass(22_000)
    expect(asked.filter((path) => path === '/api/live').length).toBe(6)
    await pass(1_000)
    expect(Stream.all.length).toBe(3)
    // It fails again: asking goes on without a pause, and without a word.
    last().onerror?.()
    await pass(0)
    expect([way.value, asked.filter((path) => path === '/api/live').length]).toEqual(['polling', 7])
    await pass(25_000)
    await pass(5_000)
    last().say('status', told())
    expect(way.value).toBe('stream')
  })

  it('waits longer and longer for a service that is away, and comes at once when there is a network again', async () => {
    answers = {}
    last().onerror?.()
    await pass(1_000)
    last().onerror?.()
    await pass(0)
    const counts: number[] = []
    for (let minute = 0; minute < 4; minute++) {
      asked.length = 0
      await pass(60_000)
      counts.push(asked.length)
    }
    expect(counts[0]).toBeGreaterThan(3)
    expect(counts[3]).toBe(2)
    expect(way.value).toBe('away')
    expect(staleSince.value).toEqual(new Date('2026-11-21T12:00:00Z'))
    answers = { '/api/auth/me': () => Response.json(anna), '/api/live': live }
    dispatchEvent(new Event('online'))
    await pass(0)
    expect([way.value, staleSince.value]).toEqual(['polling', undefined])
  })

  it('leaves off when the session is over, and goes on when somebody has signed in again', async () => {
    last().say('status', told())
    answers = { '/api/auth/me': () => new Response(null, { status: 401 }) }
    last().onerror?.()
    await pass(0)
    expect([isOver.value, session.value, way.value]).toEqual([true, anna, 'away'])
    asked.length = 0
    await pass(60_000)
    expect(new Set(asked)).toEqual(new Set(['/api/auth/me']))
    expect(Stream.all.length).toBe(1)
    answers = { '/api/auth/me': () => Response.json(anna) }
    await pass(15_000)
    expect([isOver.value, Stream.all.length]).toEqual([false, 2])
    last().say('status', told())
    expect(way.value).toBe('stream')
  })

  it('hears nothing any more once anything else finds that the session is over', async () => {
    last().say('status', told())
    isOver.value = true
    expect([Stream.all[0]?.isClosed, way.value]).toEqual([true, 'away'])
    document.dispatchEvent(new Event('visibilitychange'))
    await pass(0)
    expect([isOver.value, Stream.all.length]).toEqual([false, 2])
  })

  it('is stopped for good', async () => {
    last().onerror?.()
    stop()
    const before = now.value
    await pass(60_000)
    expect([Stream.all.length, now.value, way.value]).toEqual([1, before, 'connecting'])
  })
})
