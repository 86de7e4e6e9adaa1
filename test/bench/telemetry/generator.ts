/**
 * Sends telemetry like the service's at a fixed rate for some seconds, then prints what it sent as JSON. A process of its own:
 *
 *   node test/bench/telemetry/generator.ts <OTLP endpoint> <spans a second> <seconds>
 */
import { randomFillSync } from 'node:crypto'
import { Agent, request } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { type Body, fill, round } from './bodies.ts'

export interface Sent {
  readonly requests: number
  readonly spans: number
  readonly lines: number
  /** Bodies by the status of their answer; 0 where there was none. */
  readonly statuses: Record<string, number>
  readonly refusedRecords: number
  readonly seconds: number
  /** Of this process. */
  readonly cpuSeconds: number
  /** How late the last round began, in ms: a generator that is behind measures itself. */
  readonly behindMs: number
}

const agent = new Agent({ keepAlive: true, maxSockets: 8 })

const post = (endpoint: string, { path, bytes }: Body): Promise<number> =>
  new Promise((resolve) => {
    const headers = { 'content-type': 'application/x-protobuf', 'content-length': bytes.length }
    const outgoing = request(endpoint + path, { method: 'POST', agent, headers }, (answer) => {
      answer.resume().on('end', () => resolve(answer.statusCode ?? 0))
    })
    outgoing.on('error', () => resolve(0)).end(bytes)
  })

const generate = async (endpoint: string, spansPerSecond: number, seconds: number): Promise<Sent> => {
  // Some ten rounds a second: as even as the batches of several processes are. Bodies of two rounds, so that one may be
  // on its way while the other is filled.
  const perRequest = round(100).spans / 100
  const size = Math.max(100, Math.round(spansPerSecond / 10 / perRequest))
  const rounds = [round(size), round(size), round(size)]
  const everyMs = (1_000 * (rounds[0]?.spans ?? 1)) / spansPerSecond
  const statuses: Record<string, number> = {}
  const underWay = new Map<number, Promise<unknown>>()
  let refusedRecords = 0
  let sent = 0
  let behindMs = 0
  const traceIds = Buffer.alloc(size * 16)
  const startedAt = performance.now()
  const cpu = process.cpuUsage()
  while (performance.now() - startedAt < seconds * 1_000) {
    const which = sent % rounds.length
    const bodies = rounds[which]?.bodies ?? []
    await underWay.get(which)
    randomFillSync(traceIds)
    const now = Date.now()
    for (const body of bodies) fill(body, traceIds, now)
    const posts = bodies.map(async (body) => {
      const status = await post(endpoint, body)
      statuses[status] = (statuses[status] ?? 0) + 1
      if (status !== 200) refusedRecords += body.records
    })
    underWay.set(which, Promise.all(posts))
    sent++
    const dueInMs = startedAt + sent * everyMs - performance.now()
    behindMs = Math.max(0, -dueInMs)
    if (dueInMs > 0) await wait(dueInMs)
  }
  await Promise.all(underWay.values())
  const { user, system } = process.cpuUsage(cpu)
  agent.destroy()
  const [one] = rounds
  return {
    requests: sent * size,
    spans: sent * (one?.spans ?? 0),
    lines: sent * (one?.lines ?? 0),
    statuses,
    refusedRecords,
    seconds: (performance.now() - startedAt) / 1_000,
    cpuSeconds: (user + system) / 1e6,
    behindMs,
  }
}

const [endpoint = '', spansPerSecond, seconds] = process.argv.slice(2)
console.log(JSON.stringify(await generate(endpoint, Number(spansPerSecond), Number(seconds))))
