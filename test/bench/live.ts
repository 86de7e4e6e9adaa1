import { get, type IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { liveEveryMs } from '../../app/live/messages.ts'
import type { Bench, Row } from './kit/bench.ts'
import { type Pair, startPair } from './kit/pair.ts'
import { median } from './kit/statistics.ts'

const pages = 200
/** Cores: the share of one that the pages may take. */
const most = 0.15

export interface LiveRun {
  readonly pages: number
  readonly seconds: number
  /** Of one core. */
  readonly cores: number
  /** Messages that each page got: the fewest of any. */
  readonly fewest: number
  readonly bytes: number
}

interface Page {
  readonly messages: () => number
  readonly bytes: () => number
  readonly close: () => void
}

/** A page as the service sees it: a stream that is read. */
const openPage = (url: string, cookie: string): Promise<Page> =>
  new Promise((resolve, reject) => {
    const request = get(`${url}/api/events`, { headers: { cookie }, agent: false }, (response: IncomingMessage) => {
      if (response.statusCode !== 200) return reject(new Error(`a page was answered ${response.statusCode}`))
      let [messages, bytes] = [0, 0]
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        for (let at = chunk.indexOf('\ndata: '); at >= 0; at = chunk.indexOf('\ndata: ', at + 1)) messages++
      })
      response.on('error', () => {})
      resolve({ messages: () => messages, bytes: () => bytes, close: () => request.destroy() })
    })
    request.on('error', reject)
  })

/** What the api uses while nothing but these pages are open. @throws when a page is not told what it should be */
const measure = async ({ services: { observed }, admins }: Pair, count: number, seconds: number): Promise<LiveRun> => {
  const open = await Promise.all(
    Array.from({ length: count }, (_, index) => openPage(observed.url, admins[index % admins.length] ?? '')),
  )
  try {
    // The first words, and what comes of opening.
    await sleep(2 * liveEveryMs)
    const before = open.map(({ messages, bytes }) => ({ messages: messages(), bytes: bytes() }))
    const [{ cpuMs }, at] = [await observed.usage(), performance.now()]
    await sleep(seconds * 1_000)
    const used = (await observed.usage()).cpuMs - cpuMs
    const took = (performance.now() - at) / 1_000
    const told = open.map(({ messages }, index) => messages() - (before[index]?.messages ?? 0))
    const fewest = count === 0 ? 0 : Math.min(...told)
    const due = (seconds * 1_000) / liveEveryMs
    // Two messages each time; a machine that is busy may leave one out.
    if (count > 0 && fewest < 1.6 * due) throw new Error(`a page was told ${fewest} messages of ${2 * due}`)
    const bytes = open.reduce((sum, page, index) => sum + page.bytes() - (before[index]?.bytes ?? 0), 0)
    return { pages: count, seconds: took, cores: used / 1_000 / took, fewest, bytes }
  } finally {
    for (const page of open) page.close()
  }
}

/** What two hundred open pages of admins, who are told everything, take of the api; the same api without pages is taken off. */
export const live: Bench = {
  name: 'live',
  title: `${pages} open pages that are told everything every ${liveEveryMs / 1_000} s`,
  run: async ({ short, say, flags = {} }) => {
    const seconds = Number(flags.seconds ?? (short ? 10 : 60))
    const pair = await startPair()
    try {
      const runs: LiveRun[] = []
      // Once to warm up: what a young process spends on compiling is nobody's page.
      await measure(pair, pages, Math.min(seconds, 15))
      for (const count of [0, pages, 0]) {
        const one = await measure(pair, count, count === 0 ? seconds / 3 : seconds)
        say(`${count} pages: ${(100 * one.cores).toFixed(1)} % of a core, ${one.fewest} messages each`)
        runs.push(one)
      }
      return { rows: [liveRow(runs)], runs }
    } finally {
      await pair.stop()
    }
  },
}

export const liveRow = (runs: readonly LiveRun[]): Row => {
  const [without, withPages] = [runs.filter((run) => run.pages === 0), runs.filter((run) => run.pages > 0)]
  const coresOf = (some: readonly LiveRun[]): number => median(some.map(({ cores }) => cores))
  const added = coresOf(withPages) - coresOf(without)
  const perSecond = median(withPages.map(({ bytes, seconds, pages: count }) => bytes / seconds / count))
  const share = (cores: number): string => `${(100 * cores).toFixed(1)} %`
  return {
    what: `${pages} open live pages`,
    how: `event streams of admins, each told everything every ${liveEveryMs / 1_000} s for ${withPages[0]?.seconds.toFixed(0)} s; CPU of the api with them − without (median of before and after)`,
    reach: `< ${100 * most} % of a core`,
    reached: `${share(added)} (${share(coresOf(withPages))} with, ${share(coresOf(without))} without; ${(perSecond / 1_000).toFixed(1)} kB/s a page)`,
    ok: added < most,
  }
}
