import { setTimeout as sleep } from 'node:timers/promises'
import type { AcknowledgedLine, AcknowledgedSpan } from './acknowledged.ts'
import type { OutageStack } from './running.ts'
import { linesIn, type StoredScrape, scrapesIn, spansIn, spansOf } from './stored.ts'

/** What was accepted, and what of it is not where it belongs. */
export interface Accounts {
  readonly spans: number
  readonly lostSpans: number
  /** Stored, but not found by a search over their time. */
  readonly hiddenSpans: number
  /** How long before the collector was killed the oldest of the lost spans had been accepted, in seconds. */
  readonly lostSpansAge: number
  /** Traces of which spans were lost. */
  readonly lostTraces: number
  readonly lines: number
  readonly lostLines: number
  readonly scrapes: number
  readonly points: number
  readonly lostPoints: number
  /** Scrapes that did not happen, or did and are nowhere, while the collector was there. */
  readonly missingScrapes: number
}

export interface Span {
  /** When counting begins, when the servers were killed, when all were back, when counting ends. */
  readonly since: number
  readonly awayAt: number
  readonly backAt: number
  readonly until: number
}

/** Batches of up to a second may follow one another for so long after what they hold; what is younger is not looked at. */
const settleMs = 3_000
const scrapeMs = 5_000
/** Longer than a server that has just come back takes to show what it was given. */
const settledMs = 20_000

/** Counts by id. What is not there yet is asked for again until the time is over. */
export const account = async (
  stack: OutageStack,
  span: Span,
  away: Readonly<Record<string, number>>,
  patienceMs: number,
  say: (text: string) => void,
): Promise<Accounts> => {
  const until = span.until - settleMs
  const isOld = ({ at }: { readonly at: number }): boolean => at < until
  const spans = stack.witness.spans.filter(isOld)
  const lines = stack.witness.lines.filter(isOld)
  stack.witness.spans = stack.witness.spans.filter((one) => !isOld(one))
  stack.witness.lines = stack.witness.lines.filter((one) => !isOld(one))
  const { lost: lostSpans, hidden: hiddenSpans } = await missingSpans(stack, spans, patienceMs)
  say(`${spans.length} spans, not found ${lostSpans.length}, found by id only ${hiddenSpans}`)
  const lostLines = await missingLines(stack, lines, patienceMs)
  say(`${lines.length} log lines, not found ${lostLines.length}`)
  const oldest = lostSpans.reduce((first, { at }) => Math.min(first, at), span.awayAt)
  return {
    spans: spans.length,
    lostSpans: lostSpans.length,
    hiddenSpans,
    lostSpansAge: (span.awayAt - oldest) / 1_000,
    lostTraces: new Set(lostSpans.map(({ traceId }) => traceId)).size,
    lines: lines.length,
    lostLines: lostLines.length,
    ...(await points(stack, { ...span, until }, away.otelcol !== undefined, patienceMs)),
  }
}

/** Looks until nothing is missing, or nothing more has come for so long: what a crash swallowed never comes. */
const untilSettled = async <T>(
  look: () => Promise<T>,
  missing: (seen: T) => number,
  patienceMs: number,
): Promise<T> => {
  const deadline = Date.now() + patienceMs
  let seen = await look()
  let changedAt = Date.now()
  while (missing(seen) > 0 && Date.now() < deadline && Date.now() - changedAt < settledMs) {
    await sleep(2_000)
    const next = await look()
    if (missing(next) !== missing(seen)) changedAt = Date.now()
    seen = next
  }
  return seen
}

const missingSpans = async (
  stack: OutageStack,
  spans: readonly AcknowledgedSpan[],
  patienceMs: number,
): Promise<{ readonly lost: readonly AcknowledgedSpan[]; readonly hidden: number }> => {
  const tempo = stack.url('tempo')
  const ended = spans.map(({ endedAt }) => endedAt)
  const found = await spansIn(tempo, ended.reduce((a, b) => Math.min(a, b)) - 10_000, Date.now())
  let missing = spans.filter(({ spanId }) => !found.has(spanId))
  const notSearched = missing.length
  const look = async (): Promise<AcknowledgedSpan[]> => {
    const left: AcknowledgedSpan[] = []
    for (const [traceId, some] of Map.groupBy(missing, (one) => one.traceId)) {
      const there = await spansOf(tempo, traceId)
      left.push(...some.filter(({ spanId }) => !there.has(spanId)))
    }
    missing = left
    return left
  }
  const lost = await untilSettled(look, ({ length }) => length, patienceMs)
  return { lost, hidden: notSearched - lost.length }
}

const missingLines = async (
  stack: OutageStack,
  lines: readonly AcknowledgedLine[],
  patienceMs: number,
): Promise<AcknowledgedLine[]> => {
  const times = lines.map(({ ns }) => Number(ns / 1_000_000n))
  const first = times.reduce((a, b) => Math.min(a, b))
  const last = times.reduce((a, b) => Math.max(a, b)) + 1
  const look = async (): Promise<AcknowledgedLine[]> => {
    const found = await linesIn(stack.url('loki'), first, last)
    return lines.filter(({ key }) => {
      const left = found.get(key) ?? 0
      found.set(key, left - 1)
      return left < 1
    })
  }
  return untilSettled(look, ({ length }) => length, patienceMs)
}

type Points = Pick<Accounts, 'scrapes' | 'points' | 'lostPoints' | 'missingScrapes'>

/** Every scrape of the three processes has a sample of each of its series; and while there was a collector, none is missing. */
const points = (stack: OutageStack, span: Span, collectorAway: boolean, patienceMs: number): Promise<Points> => {
  const look = async (): Promise<Points> => {
    const sums = { scrapes: 0, points: 0, lostPoints: 0, missingScrapes: 0 }
    for (const job of ['api', 'worker', 'mcp']) {
      const scrapes = await scrapesIn(stack.url('prometheus'), job, span.since, span.until)
      sums.scrapes += scrapes.length
      for (const { scraped, stored } of scrapes) {
        sums.points += scraped
        sums.lostPoints += Math.max(0, scraped - stored)
      }
      sums.missingScrapes += missingScrapes(scrapes, span, collectorAway)
    }
    return sums
  }
  return untilSettled(look, ({ lostPoints, missingScrapes: gaps }) => lostPoints + gaps, patienceMs)
}

/** Gaps of more than one interval, but for the one in which there was nobody to scrape. */
const missingScrapes = (
  scrapes: readonly StoredScrape[],
  { since, awayAt, backAt, until }: Span,
  collectorAway: boolean,
): number => {
  const times = [since, ...scrapes.map(({ at }) => at), until]
  return times.slice(1).reduce((sum, at, index) => {
    const previous = times[index] ?? at
    const isOutage = collectorAway && previous <= awayAt && at >= backAt - scrapeMs
    return isOutage ? sum : sum + Math.max(0, Math.round((at - previous) / scrapeMs) - 1)
  }, 0)
}
