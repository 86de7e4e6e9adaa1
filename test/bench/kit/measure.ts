import type { Load, LoadCommand, LoadResult } from './load.ts'
import { type Pair, type RouteName, routes } from './pair.ts'
import { median, percentile, type Side } from './statistics.ts'

/** The rate at which CPU, latency and memory are compared. */
export const fixedRate = 500
/** Enough that none of them is ever waited for at the fixed rate, few enough that none rests longer than the service lets it. */
const rateConnections = 16
const closedConnections = 20

export interface Run {
  readonly side: Side
  readonly route: RouteName
  readonly answered: number
  readonly perSecond: number
  /** CPU microseconds a request, of the service and of the collector beside it (which the unobserved one does not need). */
  readonly serviceUs: number
  readonly collectorUs: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** Spans a request that the collector took meanwhile, of either side. */
  readonly spans: number
  /** CPU microseconds a request of the load itself, and how late it was (p99). */
  readonly loadUs: number
  readonly lateMs: number
}

export interface RunOptions {
  readonly side: Side
  readonly route: RouteName
  readonly seconds: number
  /** Without it: closed loop. */
  readonly perSecond?: number
  /** Share of the requests that may fail, where a hiccup of the machine does not spoil the figure; none by default. */
  readonly mayFail?: number
}

const loadOf = (pair: Pair, { side, route, seconds, perSecond }: RunOptions): LoadCommand => ({
  url: pair.services[side].url + routes[route],
  headers: { cookie: pair.cookie },
  seconds,
  connections: perSecond === undefined ? closedConnections : rateConnections,
  ...(perSecond !== undefined && { perSecond }),
})

/** @throws an Error when requests failed, or none was answered */
const loaded = async (pair: Pair, options: RunOptions, load: Load = pair.load): Promise<LoadResult> => {
  const result = await load.run(loadOf(pair, options))
  expectAnswers(result, options)
  return result
}

/** @throws an Error when more requests of a run than may were not answered with 200: then its figures are of something else */
export const expectAnswers = (
  { answered, failed }: Pick<LoadResult, 'answered' | 'failed'>,
  { seconds, perSecond, mayFail = 0 }: Pick<RunOptions, 'seconds' | 'perSecond' | 'mayFail'>,
): void => {
  const due = perSecond === undefined ? 1 : perSecond * seconds
  const spared = Math.floor(due * mayFail)
  if (failed > spared || answered < due - spared)
    throw new Error(`${failed} requests failed, ${answered} were answered with 200`)
}

const acceptedSpans = (pair: Pair): Promise<number> => pair.collector.own('otelcol_receiver_accepted_spans')

/** One run of load against one side. @throws an Error when requests failed */
export const run = async (pair: Pair, options: RunOptions, load: Load = pair.load): Promise<Run> => {
  const { side, route } = options
  const service = pair.services[side]
  const spansBefore = await acceptedSpans(pair)
  const [before, collectorBefore] = [await service.usage(), await pair.collector.cpuMs()]
  const result = await loaded(pair, options, load)
  const [after, collectorAfter] = [await service.usage(), await pair.collector.cpuMs()]
  const spans = (await acceptedSpans(pair)) - spansBefore
  const { answered } = result
  const perRequest = (ms: number): number => (1_000 * ms) / answered
  return {
    side,
    route,
    answered,
    perSecond: answered / result.seconds,
    serviceUs: perRequest(after.cpuMs - before.cpuMs),
    collectorUs: side === 'observed' ? perRequest(collectorAfter - collectorBefore) : 0,
    p50Ms: percentile(result.latencies, 0.5),
    p99Ms: percentile(result.latencies, 0.99),
    spans: spans / answered,
    loadUs: perRequest(1_000 * result.cpuSeconds),
    lateMs: result.lateMs,
  }
}

/** The same load on both sides at the same time: whatever else the machine does, and however fast it is just now, meets both. */
export const runBoth = async (pair: Pair, options: Omit<RunOptions, 'side'>): Promise<Run[]> =>
  await Promise.all([
    run(pair, { ...options, side: 'observed' }),
    run(pair, { ...options, side: 'unobserved' }, pair.secondLoad),
  ])

/** Both sides as fast as they can, until their code is compiled. */
export const warmUp = async (
  pair: Pair,
  seconds: number,
  names: readonly RouteName[] = ['contacts'],
): Promise<void> => {
  for (const route of names) await runBoth(pair, { route, seconds })
}

/** Load that is not measured, until the pipeline flows: the collector decides about a trace two seconds after its end. */
export const flow = async (pair: Pair, options: RunOptions): Promise<void> => {
  await loaded(pair, options)
}

/** Spans that the collector has taken of what it is sent meanwhile. */
const spansOf = async (pair: Pair, work: () => Promise<unknown>, enough: number): Promise<number> => {
  const before = await acceptedSpans(pair)
  await work()
  // Spans leave the service within a second; where none are to come, that must be waited for.
  const deadline = Date.now() + 3_000
  let spans = 0
  while (spans < enough && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 100))
    spans = (await acceptedSpans(pair)) - before
  }
  return spans
}

/**
 * That one side is observed and the other is not, by what reaches the collector and by what leaves it.
 * @throws an Error when both are alike, or when nothing arrives: whatever was measured then would be worth nothing
 */
export const expectDifference = async (pair: Pair): Promise<void> => {
  const requests = 100
  const load = { route: 'contacts', seconds: 1, perSecond: requests } as const
  const none = await spansOf(pair, () => loaded(pair, { ...load, side: 'unobserved' }), requests)
  if (none >= requests / 2)
    throw new Error(`unobserved, but ${none} spans of ${requests} requests reached the collector`)
  const some = await spansOf(pair, () => loaded(pair, { ...load, side: 'observed' }), requests)
  if (some < requests) throw new Error(`observed, but only ${some} spans of ${requests} requests reached the collector`)
}

/** @throws an Error unless traces, logs and metrics have left the collector for the backends */
export const expectDelivered = async (pair: Pair): Promise<void> => {
  const taken = await pair.taken()
  for (const path of ['/v1/traces', '/loki/otlp/v1/logs', '/prometheus/api/v1/otlp/v1/metrics'])
    if (!taken[path]?.bytes) throw new Error(`nothing has reached ${path}; the sink took ${JSON.stringify(taken)}`)
}

/** CPU microseconds a request of everything that one side needs. */
export const wholeUs = ({ serviceUs, collectorUs }: Run): number => serviceUs + collectorUs

/** The median of a figure of one side's runs. */
export const medianOf = (runs: readonly Run[], side: Side, figure: (run: Run) => number): number =>
  median(runs.filter((one) => one.side === side).map(figure))

/** What is said of each run while it goes on. */
export const described = (one: Run): string =>
  [
    `${one.side.padEnd(10)} ${one.route}: ${one.perSecond.toFixed(0)} req/s`,
    `service ${one.serviceUs.toFixed(0)} µs`,
    ...(one.side === 'observed' ? [`collector ${one.collectorUs.toFixed(0)} µs, ${one.spans.toFixed(2)} spans`] : []),
    `p50 ${one.p50Ms.toFixed(2)} ms, p99 ${one.p99Ms.toFixed(2)} ms`,
    `load ${one.loadUs.toFixed(0)} µs${one.lateMs > 0 ? `, late ${one.lateMs.toFixed(2)} ms` : ''}`,
  ].join(', ')
