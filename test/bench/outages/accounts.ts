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

/** Milliseconds since 1970. */
export interface Span {
  readonly since: number
  readonly until: number
  /** From when until when there was no collector. */
  readonly collector: { readonly from: number; readonly until: number } | undefined
}

/** Batches of up to a second may follow one another for so long after what they hold; what is younger is not looked at. */
const settleMs = 3_000
const scrapeMs = 5_000
/** Traces that are asked for at the same time. */
const sideBySide = 8
/** Longer than a server that has just come back takes to show what it was given. */
const settledMs = 20_000

/** Counts by id. What is not there yet is asked for again until the time is over. */
export const account = async (
  stack: OutageStack,
  span: Span,
  patienceMs: number,
  say: (text: string) => void,
): Promise<Accounts> => {
  const until = span.until - settleMs
  const isOld = ({ at }: { readonly at: number }): boolean => at < until
  const spans = stack.witness.spans.filter(isOld)
  // A batch whose acknowledgement was late is sent again: Loki keeps its lines once.
  const lines = [...new Map(stack.witness.lines.filter(isOld).map((line) => [line.key, line])).values()]
  stack.witness.spans = stack.witness.spans.filter((one) => !isOld(one))
  stack.witness.lines = stack.witness.lines.filter((one) => !isOld(one))
  const { lost: lostSpans, hidden: hiddenSpans } = await missingSpans(stack, spans, patienceMs)
  say(`${spans.length} spans, not found ${lostSpans.length}, found by id only ${hiddenSpans}`)
  const lostLines = await missingLines(stack, lines, patienceMs)
  say(`${lines.length} log lines, not found ${lostLines.length}`)
  const killedAt = span.collector?.from ?? Number.POSITIVE_INFINITY
  const oldest = lostSpans.reduce((first, { at }) => Math.min(first, at), killedAt)
  return {
    spans: spans.length,
    lostSpans: lostSpans.length,
    hiddenSpans,
    lostSpansAge: lostSpans.length === 0 ? 0 : (killedAt - oldest) / 1_000,
    lostTraces: new Set(lostSpans.map(({ traceId }) => traceId)).size,
    lines: lines.length,
    lostLines: lostLines.length,
    ...(await points(stack, { ...span, until }, patienceMs)),
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
    const traces = Map.groupBy(missing, (one) => one.traceId).entries()
    const askInTurn = async (): Promise<void> => {
      for (const [traceId, some] of traces) {
        const there = await spansOf(tempo, traceId)
        left.push(...some.filter(({ spanId }) => !there.has(spanId)))
      }
    }
    await Promise.all(Array.from({ length: sideBySide }, askInTurn))
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
    return lines.filter(({ key }) => !found.has(key))
  }
  return untilSettled(look, ({ length }) => length, patienceMs)
}

type Points = Pick<Accounts, 'scrapes' | 'points' | 'lostPoints' | 'missingScrapes'>

/** Every scrape of the three processes has a sample of each of its series; and while there was a collector, none is missing. */
const points = (stack: OutageStack, span: Span, patienceMs: number): Promise<Points> => {
  const look = async (): Promise<Points> => {
    const sums = { scrapes: 0, points: 0, lostPoints: 0, missingScrapes: 0 }
    for (const job of ['api', 'worker', 'mcp']) {
      const scrapes = await scrapesIn(stack.url('prometheus'), job, span.since, span.until)
      sums.scrapes += scrapes.length
      for (const { scraped, stored } of scrapes) {
        sums.points += scraped
        sums.lostPoints += Math.max(0, scraped - stored)
      }
      sums.missingScrapes += missingScrapes(scrapes, span)
    }
    return sums
  }
  return untilSettled(look, ({ lostPoints, missingScrapes: gaps }) => lostPoints + gaps, patienceMs)
}

/** Gaps of more than one interval, but for the one in which there was nobody to scrape. */
const missingScrapes = (scrapes: readonly StoredScrape[], { since, until, collector }: Span): number => {
  const times = [since, ...scrapes.map(({ at }) => at), until]
  return times.slice(1).reduce((sum, at, index) => {
    const previous = times[index] ?? at
    const isOutage = collector !== undefined && previous <= collector.from && at >= collector.until - scrapeMs
    return isOutage ? sum : sum + Math.max(0, Math.round((at - previous) / scrapeMs) - 1)
  }, 0)
}
