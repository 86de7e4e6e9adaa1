import type { Action } from '../mix.ts'
import { type Report, Stats } from '../stats.ts'
import { traffic } from '../traffic.ts'
import { Outages } from './outages.ts'
import { type Finding, jobFinding, memoryFindings, type Places, webhookFinding } from './verdict.ts'
import { sendWebhooks } from './webhooks.ts'

export interface SoakOptions {
  readonly places: Places
  readonly perSecond: number
  readonly seconds: number
  readonly mix: readonly Action[]
  readonly log: (line: string) => void
  readonly signal: AbortSignal
}

/** Notes besides each 5xx, and each request without an answer, that no trouble of ours explains. */
class WatchfulStats extends Stats {
  readonly unexplained = new Map<string, number>()
  readonly #outages: Outages

  constructor(outages: Outages) {
    super()
    this.#outages = outages
  }

  override record(kind: string, durationMs: number, status: number | undefined, ok: boolean): void {
    super.record(kind, durationMs, status, ok)
    if ((status !== undefined && status < 500) || this.#outages.explains(kind)) return
    const what = `${kind} ${status ?? 'none'}`
    this.unexplained.set(what, (this.unexplained.get(what) ?? 0) + 1)
  }
}

/** Every area at once, people and webhooks, with trouble outside by schedule; then everything is looked for. */
export const soak = async (options: SoakOptions): Promise<{ report: Report; findings: Finding[] }> => {
  const { places, perSecond, seconds, mix, log, signal } = options
  const outages = new Outages(places.sandbox)
  const stats = new WatchfulStats(outages)
  const over = new AbortController()
  const until = AbortSignal.any([signal, over.signal])
  const around = Promise.all([outages.run(until, log), sendWebhooks(places.sandbox, until)])
  const report = await traffic({ apiUrl: places.api, perSecond, seconds, mix, log, signal, stats })
  over.abort()
  await around
  const memory = await memoryFindings(places, seconds)
  log('the traffic is over; waiting for what it began')
  const fives = [...stats.unexplained]
  const findings: Finding[] = [
    {
      what: 'requests a second',
      measured: (report.requests / report.seconds).toFixed(1),
      limit: `≥ ${perSecond}`,
      ok: report.requests / report.seconds >= perSecond,
    },
    {
      what: '5xx and missing answers that were not injected',
      measured: fives.length === 0 ? '0' : fives.map(([what, count]) => `${what}: ${count}`).join(', '),
      limit: '0',
      ok: fives.length === 0,
    },
    await webhookFinding(places),
    await jobFinding(places),
    ...memory,
  ]
  return { report, findings }
}
