import type { LoadCommand, LoadResult } from './load.ts'
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
  /** Spans that the collector took meanwhile, a request. */
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
}

/** What the load is told to do. */
export const loadOf = (pair: Pair, { side, route, seconds, perSecond }: RunOptions): LoadCommand => ({
  url: pair.services[side].url + routes[route],
  headers: { cookie: pair.cookie },
  seconds,
  connections: perSecond === undefined ? closedConnections : rateConnections,
  ...(perSecond !== undefined && { perSecond }),
})

/**
 * One run of load against one side.
 * @throws an Error when it has not measured what it says: requests that failed, or telemetry where none should be, or none
 * where some should be
 */
export const run = async (pair: Pair, options: RunOptions): Promise<Run> => {
  const { side, route } = options
  const service = pair.services[side]
  const spansBefore = await pair.collector.own('otelcol_receiver_accepted_spans')
  const [before, collectorBefore] = [await service.usage(), await pair.collector.cpuMs()]
  const result = await pair.load.run(loadOf(pair, options))
  const [after, collectorAfter] = [await service.usage(), await pair.collector.cpuMs()]
  const spans = (await pair.collector.own('otelcol_receiver_accepted_spans')) - spansBefore
  const { answered } = result
  const perRequest = (ms: number): number => (1_000 * ms) / answered
  const found: Run = {
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
  expectMeasured(found, result, options)
  return found
}

/** @throws an Error that says what was not measured */
export const expectMeasured = (
  { side, spans }: Pick<Run, 'side' | 'spans'>,
  { answered, failed }: Pick<LoadResult, 'answered' | 'failed'>,
  { seconds, perSecond }: Pick<RunOptions, 'seconds' | 'perSecond'>,
): void => {
  const due = perSecond === undefined ? 1 : perSecond * seconds
  if (failed > 0 || answered < due) throw new Error(`${failed} requests failed, ${answered} were answered with 200`)
  // A second's worth is still under way at either end.
  if (side === 'observed' && spans < 0.5)
    throw new Error(`observed, but ${spans} spans a request reached the collector`)
  if (side === 'unobserved' && spans > 0.1)
    throw new Error(`unobserved, but ${spans} spans a request reached the collector`)
}

/** Both sides at once and as fast as they can, until their code is compiled; then the collector has caught up. */
export const warmUp = async (
  pair: Pair,
  seconds: number,
  names: readonly RouteName[] = ['contacts'],
): Promise<void> => {
  for (const route of names)
    await Promise.all([
      pair.load.run(loadOf(pair, { side: 'observed', route, seconds })),
      pair.secondLoad.run(loadOf(pair, { side: 'unobserved', route, seconds })),
    ])
}

/** Load that is not measured, until the pipeline flows: the collector decides about a trace two seconds after its end. */
export const flow = async (pair: Pair, options: Omit<RunOptions, 'seconds'>, seconds = 3): Promise<void> => {
  await pair.load.run(loadOf(pair, { ...options, seconds }))
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
    ...(one.side === 'observed' ? [`collector ${one.collectorUs.toFixed(0)} µs`, `${one.spans.toFixed(1)} spans`] : []),
    `p50 ${one.p50Ms.toFixed(2)} ms, p99 ${one.p99Ms.toFixed(2)} ms`,
    `load ${one.loadUs.toFixed(0)} µs${one.lateMs > 0 ? `, late ${one.lateMs.toFixed(2)} ms` : ''}`,
  ].join(', ')
