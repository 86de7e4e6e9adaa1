import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { root } from '../../stack/place.ts'
import { until } from '../integration/telemetry/harness.ts'
import type { Bench, BenchOptions, Row } from './kit/bench.ts'
import { type MeasuredCollector, startCollector } from './telemetry/collector.ts'
import { exposition } from './telemetry/exposition.ts'
import type { Sent } from './telemetry/generator.ts'

/** What it should bear. */
const spansPerSecond = 10_000
const mostMb = 300

/** One run at a fixed rate. */
interface Run {
  readonly share: number
  readonly sent: Sent
  /** Spans, log records and data points that the collector did not take. */
  readonly refused: number
  /** Spans taken, but neither sampled away nor delivered. */
  readonly lost: number
  readonly peakMb: number
  /** CPU seconds of the collector for all of it, without what it needs when nothing comes. */
  readonly cpuSeconds: number
  readonly cpuSecondsForMetrics: number
}

const sumOf = (counters: Map<string, number>, pattern: RegExp): number =>
  [...counters].filter(([name]) => pattern.test(name)).reduce((sum, [, value]) => sum + value, 0)

const generate = async (endpoint: string, seconds: number): Promise<Sent> => {
  const script = join(root, 'test/bench/telemetry/generator.ts')
  const args = [script, endpoint, String(spansPerSecond), String(seconds)]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  await once(child, 'close')
  return JSON.parse(said)
}

/** Until every trace was decided upon and its spans have left. */
const emptied = async (collector: MeasuredCollector): Promise<Map<string, number>> => {
  let before = -1
  return until(async () => {
    await wait(1_000)
    const counters = await collector.counters()
    const sent = counters.get('otelcol_exporter_sent_spans') ?? 0
    const isQuiet = sent === before
    before = sent
    const waiting =
      (counters.get('otelcol_exporter_queue_size') ?? 0) +
      (counters.get('otelcol_processor_tail_sampling_sampling_traces_on_memory') ?? 0)
    return isQuiet && waiting === 0 ? counters : undefined
  }, 60_000)
}

const measure = async (share: number, seconds: number, flags: BenchOptions['flags'] = {}): Promise<Run> => {
  const collector = await startCollector({
    env: { TRACE_SHARE: String(share) },
    exposition: exposition(),
    profile: 'profile' in flags,
  })
  try {
    // What scraping three processes costs every 5 s, whatever else comes.
    const idleFrom = collector.cpuSeconds()
    await wait(10_000)
    const idlePerSecond = (collector.cpuSeconds() - idleFrom) / 10
    const from = collector.cpuSeconds()
    const startedAt = performance.now()
    let peakMb = 0
    const watch = setInterval(() => {
      peakMb = Math.max(peakMb, collector.rssMb())
    }, 100)
    const sent = await generate(collector.endpoint, seconds)
    const counters = await emptied(collector)
    clearInterval(watch)
    const cpuSecondsForMetrics = (idlePerSecond * (performance.now() - startedAt)) / 1_000
    const accepted = counters.get('otelcol_receiver_accepted_spans') ?? 0
    const delivered = counters.get('otelcol_exporter_sent_spans') ?? 0
    return {
      share,
      sent,
      refused: sent.refusedRecords + sumOf(counters, /^otelcol_(receiver|processor_memory_limiter)_(refused|failed)_/),
      lost:
        sumOf(counters, /^otelcol_exporter_(enqueue|send)_failed_|trace_dropped_too_early|traces_dropped_too_large/) +
        (share === 100 ? accepted - delivered : 0),
      peakMb,
      cpuSeconds: collector.cpuSeconds() - from - cpuSecondsForMetrics,
      cpuSecondsForMetrics,
    }
  } finally {
    await collector.stop()
  }
}

const rows = (runs: readonly Run[]): Row[] => {
  const how = (seconds: number) => `telemetry generator, ${seconds} s, a log line for each request beside it`
  return runs.flatMap(({ share, sent, refused, lost, peakMb, cpuSeconds }) => {
    const seconds = Math.round(sent.seconds)
    const rate = Math.round(sent.spans / sent.seconds)
    const what = `collector at ${spansPerSecond.toLocaleString('en')} spans a second, ${share} % of traces kept`
    const cores = (cpuSeconds / sent.seconds).toFixed(2)
    const generator = (sent.cpuSeconds / sent.seconds).toFixed(2)
    return [
      {
        what: `${what}: refused or lost`,
        how: how(seconds),
        reach: '0',
        reached: `${refused} refused, ${lost} lost of ${sent.spans} (${rate}/s)`,
        // A generator that falls behind measures itself.
        ok: refused === 0 && lost === 0 && rate > spansPerSecond * 0.97,
      },
      {
        what: `${what}: memory`,
        how: `${how(seconds)}, most resident`,
        reach: `< ${mostMb} MB`,
        reached: `${peakMb.toFixed(0)} MB`,
        ok: peakMb < mostMb,
      },
      {
        what: `${what}: spans a second and core`,
        how: `${how(seconds)}; CPU seconds for a million spans with their log lines`,
        reach: 'stated',
        reached: `${Math.round(sent.spans / cpuSeconds)} (${((cpuSeconds / sent.spans) * 1e6).toFixed(0)} s a million; ${cores} cores, generator ${generator})`,
        ok: true,
      },
    ]
  })
}

export const collector: Bench = {
  name: 'collector',
  title: 'what the collector bears',
  run: async ({ short, say, flags }) => {
    const seconds = short ? 10 : 60
    const runs: Run[] = []
    // All, as locally, and the share that is advised for production.
    for (const share of [100, 10]) {
      say(`${spansPerSecond} spans a second for ${seconds} s, ${share} % of traces kept`)
      runs.push(await measure(share, seconds, flags))
    }
    return { rows: rows(runs), runs }
  },
}
