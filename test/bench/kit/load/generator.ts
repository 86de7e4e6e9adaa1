/**
 * The load, a process of its own: takes a command over the channel to its parent, runs it, answers with what came of it, and
 * ends with its parent.
 */
import { Worker } from 'node:worker_threads'
import { percentile } from '../statistics.ts'
import { Connection, getRequest } from './connection.ts'
import type { Pace } from './ticker.ts'

/** Closed loop without `perSecond`: each connection asks again as soon as it is answered. */
export interface LoadCommand {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly seconds: number
  readonly connections: number
  readonly perSecond?: number
}

export interface LoadResult {
  /** Answers with status 200. */
  readonly answered: number
  /** Other answers, and connections that broke. */
  readonly failed: number
  readonly seconds: number
  /** Milliseconds of each answer of status 200, in order of arrival; at a fixed rate from when it was due. */
  readonly latencies: Float64Array
  /** At a fixed rate: how long after it was due a request was begun, p99 in milliseconds. This is the load's own noise. */
  readonly lateMs: number
  /** CPU seconds of this process. */
  readonly cpuSeconds: number
}

const now = (): number => performance.timeOrigin + performance.now()

/** Collects what comes back. */
class Tally {
  failed = 0
  readonly latencies: number[] = []

  add(status: number, since: number): void {
    if (status === 200) this.latencies.push(now() - since)
    else this.failed += 1
  }
}

const closedLoop = async (pool: readonly Connection[], request: Buffer, until: number, tally: Tally): Promise<void> => {
  const loop = (connection: Connection) =>
    new Promise<void>((resolve) => {
      const next = (): void => {
        const sentAt = now()
        // A service that is gone would else be asked for ever.
        if (sentAt >= until || tally.failed > 1_000) resolve()
        else
          connection.send(request, (status) => {
            tally.add(status, sentAt)
            next()
          })
      }
      next()
    })
  await Promise.all(pool.map(loop))
}

const fixedRate = async (pool: Connection[], request: Buffer, pace: Pace, tally: Tally): Promise<number> => {
  const late: number[] = []
  const waiting: number[] = []
  let open = pace.count
  const worker = new Worker(new URL('./ticker.ts', import.meta.url), { workerData: pace })
  await new Promise<void>((resolve, reject) => {
    const send = (connection: Connection, dueAt: number): void =>
      connection.send(request, (status) => {
        tally.add(status, dueAt)
        open -= 1
        if (open === 0) resolve()
        const next = waiting.shift()
        if (next === undefined) pool.push(connection)
        else send(connection, next)
      })
    worker.on('error', reject).on('message', (dueAt: number) => {
      late.push(now() - dueAt)
      // The one that rested longest, so that the service closes none as idle.
      const connection = pool.shift()
      // All are busy: it waits, and its latency counts from when it was due.
      if (connection) send(connection, dueAt)
      else waiting.push(dueAt)
    })
  })
  return percentile(late, 0.99)
}

const run = async (command: LoadCommand): Promise<LoadResult> => {
  const url = new URL(command.url)
  const request = getRequest(url, command.headers)
  const pool = await Promise.all(Array.from({ length: command.connections }, () => Connection.open(url)))
  const all = [...pool]
  const tally = new Tally()
  const cpu = process.cpuUsage()
  const beginAt = now()
  let lateMs = 0
  if (command.perSecond === undefined) await closedLoop(pool, request, beginAt + command.seconds * 1_000, tally)
  else {
    const count = Math.round(command.perSecond * command.seconds)
    // The thread needs a moment to start.
    lateMs = await fixedRate(pool, request, { beginAt: beginAt + 100, perSecond: command.perSecond, count }, tally)
  }
  const { user, system } = process.cpuUsage(cpu)
  for (const connection of all) connection.close()
  return {
    answered: tally.latencies.length,
    failed: tally.failed,
    seconds: (now() - beginAt) / 1_000,
    latencies: Float64Array.from(tally.latencies),
    lateMs,
    cpuSeconds: (user + system) / 1e6,
  }
}

process.on('disconnect', () => process.exit())
process.on('message', (command: LoadCommand) => {
  run(command).then(
    (result) => process.send?.({ result }),
    (error: Error) => process.send?.({ error: error.message }),
  )
})
