import type { LiveOperations } from '../../../live/messages.ts'

/** What is drawn of one moment: per cent, milliseconds, and how many. */
export interface Point {
  readonly at: number
  readonly cpu: number
  readonly memory: number
  readonly response: number
  readonly requests: number
  readonly errors: number
  readonly query: number
  readonly queries: number
  readonly connections: number
  readonly events: number
}

interface HistoryRow {
  readonly timestamp: string
  readonly cpuUsage: number
  readonly memoryUsage: number
  readonly apiAvgResponseTime: number
  readonly apiRequestsPerMinute: number
  readonly apiErrorRate: number
  readonly dbAvgQueryTime: number
  readonly dbQueriesPerMinute: number
  readonly socketActiveConnections: number
  readonly socketEventsPerMinute: number
}

const ofRow = (row: HistoryRow): Point => ({
  at: Date.parse(row.timestamp) / 1_000,
  cpu: row.cpuUsage,
  memory: row.memoryUsage,
  response: row.apiAvgResponseTime,
  requests: row.apiRequestsPerMinute,
  errors: row.apiErrorRate,
  query: row.dbAvgQueryTime,
  queries: row.dbQueriesPerMinute,
  connections: row.socketActiveConnections,
  events: row.socketEventsPerMinute,
})

const ofMessage = ({ snapshot: { timestamp, system, api, database, socket } }: LiveOperations): Point => ({
  at: Date.parse(timestamp) / 1_000,
  cpu: system.cpu.usage,
  memory: system.memory.usagePercent,
  response: api.avgResponseTime,
  requests: api.requestsPerMinute,
  errors: api.errorRate,
  query: database.avgQueryTime,
  queries: database.totalQueries,
  connections: socket.activeConnections,
  events: socket.eventsPerMinute,
})

/** The history since a moment (seconds since 1970), and after its end what was told live. */
export const withLive = (
  history: readonly HistoryRow[],
  live: readonly LiveOperations[],
  since: number,
): readonly Point[] => {
  const kept = history.map(ofRow).filter(({ at }) => at >= since)
  const last = kept.at(-1)?.at ?? since
  return [...kept, ...live.map(ofMessage).filter(({ at }) => at > last)]
}

/** As long without a point as there is nothing known of: beyond, no line may claim it. */
const gapSteps = 3

/**
 * Times and values, with a gap where nothing was measured for three times as long as the points of the history are apart.
 * @param usualStep seconds between two points
 */
export const columnsOf = <Name extends keyof Point>(
  points: readonly Point[],
  names: readonly Name[],
  usualStep: number,
): { readonly times: number[]; readonly values: Readonly<Record<Name, (number | null)[]>> } => {
  const times: number[] = []
  const values = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, (number | null)[]>
  let before: number | undefined
  for (const point of points) {
    if (before !== undefined && point.at - before > gapSteps * usualStep) {
      times.push(before + usualStep)
      for (const name of names) values[name].push(null)
    }
    times.push(point.at)
    for (const name of names) values[name].push(point[name])
    before = point.at
  }
  return { times, values }
}
