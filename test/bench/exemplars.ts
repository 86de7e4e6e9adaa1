/**
 * Every exemplar that a run left in Prometheus is looked up: a dot on a curve must open a trace. With a tenth of the traces
 * kept, as in production, where dots could point at what was dropped; and with all of them.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { sitesOf } from '../../stack/correlation/sites.ts'
import { root } from '../../stack/place.ts'
import { type Exemplar, queryExemplars } from '../../stack/queries/exemplars.ts'
import { findTrace } from '../../stack/queries/find-trace.ts'
import { keptTraceIds } from '../../stack/queries/kept-traces.ts'
import { absentSoftware } from '../../stack/verify/absent.ts'
import { commandEnvironment } from '../e2e/command.ts'
import { Launcher, ownPlace } from '../e2e/launcher.ts'
import type { Bench, BenchOptions, Row } from './kit/bench.ts'

interface Run {
  /** Percent of ordinary traces that are kept; errors, slow ones and those with jobs always are. */
  readonly share: number
  readonly seconds: number
  readonly exemplars: number
  readonly traces: number
  readonly missing: readonly { readonly traceId: string; readonly service: string; readonly name: string }[]
  /** Traces that were begun, by the spans that entered the api; what share of them was kept. */
  readonly keptTraces: number
  readonly lookedUpIn: string
}

/** Above ordinary traffic, far below what the machine can do. */
const perSecond = 20

/** The last exemplars reach Prometheus with the next flush of span metrics, their traces Tempo or the file a little later. */
const settleMs = 20_000

async function run(share: number, seconds: number, say: BenchOptions['say']): Promise<Run> {
  const place = await ownPlace()
  const launcher = new Launcher(place, ['--no-load'], { TRACE_SHARE: String(share) })
  const { signal } = new AbortController()
  try {
    await launcher.says(/Ctrl-C stops it/, 30 * 60_000)
    const from = Date.now()
    say(`${share} % of ordinary traces: ${seconds} s of ${perSecond} actions a second`)
    const load = spawn(
      process.execPath,
      ['stack/load/main.ts', '--rps', String(perSecond), '--seconds', String(seconds), '--json'],
      { cwd: root, env: commandEnvironment(place), stdio: 'ignore' },
    )
    await once(load, 'exit')
    await pause(settleMs)
    const { prometheus, traces } = sitesOf(place, await absentSoftware(place, signal), signal)
    // Every series that has any.
    const exemplars = await queryExemplars(prometheus, '{__name__=~".+"}', { from, to: Date.now() }, signal)
    const kept = await keptTraceIds(join(place.data, 'collector', 'traces'))
    const distinct = new Map<string, Exemplar>(exemplars.map((each) => [each.traceId, each]))
    const missing: Run['missing'][number][] = []
    for (const { traceId, labels } of distinct.values()) {
      const opens = traces.tempo ? (await findTrace(traces, traceId, signal)).length > 0 : kept.has(traceId)
      if (!opens) missing.push({ traceId, service: labels.service_name ?? '', name: labels.span_name ?? '' })
    }
    const lookedUpIn = traces.tempo ? 'Tempo' : 'the traces that the collector kept'
    return {
      share,
      seconds,
      exemplars: exemplars.length,
      traces: distinct.size,
      missing,
      keptTraces: kept.size,
      lookedUpIn,
    }
  } finally {
    await launcher.stop()
    await place.remove()
  }
}

const least = 0.99

const rowOf = ({ share, seconds, exemplars, traces, missing, lookedUpIn }: Run): Row => {
  const opened = traces === 0 ? 0 : 1 - missing.length / traces
  return {
    what: `exemplars that open, TRACE_SHARE=${share}`,
    how: `all ${exemplars} of ${seconds} s at ${perSecond} actions/s (${traces} traces), looked up in ${lookedUpIn}`,
    reach: '≥ 99 %',
    reached: `${(Math.floor(opened * 1_000) / 10).toFixed(1)} %`,
    ok: opened >= least,
  }
}

export const exemplars: Bench = {
  name: 'exemplars',
  title: 'Exemplars that open a trace, all of a run',
  run: async ({ short, say }) => {
    const runs: Run[] = []
    for (const share of short ? [10] : [10, 100]) runs.push(await run(share, short ? 30 : 180, say))
    return { rows: runs.map(rowOf), runs }
  },
}
