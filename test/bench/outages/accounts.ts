import { setTimeout as sleep } from 'node:timers/promises'
import type { AcknowledgedLine, AcknowledgedSpan } from './acknowledged.ts'
import type { OutageStack } from './running.ts'
import { linesIn, scrapesIn, spansIn, spansOf } from './stored.ts'

/** What was accepted, and what of it is not where it belongs. */
export interface Accounts {
  readonly spans: number
  readonly lostSpans: number
  /** How long before the collector was killed the oldest of the lost spans had been accepted, in seconds. */
  readonly lostSpansAge: number
  /** What the collector itself said was undecided, in traces, when it was last scraped; and the traces that were lost. */
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

/** Counts by id. What is not there yet is asked for again until the time is over. */
export const account = async (
  stack: OutageStack,
  span: Span,
  away: Readonly<Record<string, number>>,
  patienceMs: number,
): Promise<Accounts> => {
  const until = span.until - settleMs
  const isOld = ({ at }: { readonly at: number }): boolean => at < until
  const spans = stack.witness.spans.filter(isOld)
  const lines = stack.witness.lines.filter(isOld)
  stack.witness.spans = stack.witness.spans.filter((one) => !isOld(one))
  stack.witness.lines = stack.witness.lines.filter((one) => !isOld(one))
  const deadline = Date.now() + patienceMs
  const lostSpans = await missingSpans(stack, spans, deadline)
  const lostLines = await missingLines(stack, lines, deadline)
  const oldest = Math.min(...lostSpans.map(({ at }) => at))
  return {
    spans: spans.length,
    lostSpans: lostSpans.length,
    lostSpansAge: lostSpans.length > 0 ? (span.awayAt - oldest) / 1_000 : 0,
    lostTraces: new Set(lostSpans.map(({ traceId }) => traceId)).size,
    lines: lines.length,
    lostLines: lostLines.length,
    ...(await points(stack, { ...span, until }, away.otelcol !== undefined, deadline)),
  }
}

const missingSpans = async (
  stack: OutageStack,
  spans: readonly AcknowledgedSpan[],
  deadline: number,
): Promise<AcknowledgedSpan[]> => {
  const tempo = stack.url('tempo')
  const first = Math.min(...spans.map(({ endedAt }) => endedAt))
  const last = Math.max(...spans.map(({ endedAt }) => endedAt))
  const found = await spansIn(tempo, first - 60_000, last + 1_000)
  let missing = spans.filter(({ spanId }) => !found.has(spanId))
  for (;;) {
    const left: AcknowledgedSpan[] = []
    for (const [traceId, some] of Map.groupBy(missing, (one) => one.traceId)) {
      const there = await spansOf(tempo, traceId)
      left.push(...some.filter(({ spanId }) => !there.has(spanId)))
    }
    missing = left
    // What a crash has swallowed does not come any more: two looks a few seconds apart are enough.
    if (missing.length === 0 || Date.now() > Math.min(deadline, deadline)) return missing
    await sleep(5_000)
    if (Date.now() > deadline - 1) return missing
  }
}

const missingLines = async (
  stack: OutageStack,
  lines: readonly AcknowledgedLine[],
  deadline: number,
): Promise<AcknowledgedLine[]> => {
  const times = lines.map(({ ns }) => Number(ns / 1_000_000n))
  const [first, last] = [Math.min(...times), Math.max(...times) + 1]
  for (;;) {
    const found = await linesIn(stack.url('loki'), first, last)
    const missing = lines.filter(({ key }) => {
      const left = found.get(key) ?? 0
      found.set(key, left - 1)
      return left < 1
    })
    if (missing.length === 0 || Date.now() > deadline) return missing
    await sleep(5_000)
  }
}

/** Every scrape of the three processes has a sample of each of its series; and while there was a collector, none is missing. */
const points = async (
  stack: OutageStack,
  { since, awayAt, backAt, until }: Span,
  collectorAway: boolean,
  deadline: number,
): Promise<Pick<Accounts, 'scrapes' | 'points' | 'lostPoints' | 'missingScrapes'>> => {
  for (;;) {
    const sums = { scrapes: 0, points: 0, lostPoints: 0, missingScrapes: 0 }
    for (const job of ['api', 'worker', 'mcp']) {
      const scrapes = await scrapesIn(stack.url('prometheus'), job, since, until)
      const times = [since, ...scrapes.map(({ at }) => at), until]
      sums.scrapes += scrapes.length
      for (const { scraped, stored } of scrapes) {
        sums.points += scraped
        sums.lostPoints += Math.max(0, scraped - stored)
      }
      for (const [index, at] of times.slice(1).entries()) {
        const previous = times[index] ?? at
        const isOutage = collectorAway && previous <= awayAt + scrapeMs && at >= backAt - scrapeMs
        if (!isOutage) sums.missingScrapes += Math.max(0, Math.round((at - previous) / scrapeMs) - 1)
      }
    }
    if ((sums.lostPoints === 0 && sums.missingScrapes === 0) || Date.now() > deadline) return sums
    await sleep(5_000)
  }
}
