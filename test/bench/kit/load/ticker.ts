/** A worker thread that says when a request is due. Timers know whole milliseconds only; waiting on memory is exact to 0.1 ms. */
import { parentPort, workerData } from 'node:worker_threads'

/** `beginAt` in milliseconds since 1970, with fractions: each thread's own clock begins elsewhere. */
export interface Pace {
  readonly beginAt: number
  readonly perSecond: number
  readonly count: number
}

const { beginAt, perSecond, count } = workerData as Pace
const never = new Int32Array(new SharedArrayBuffer(4))
const now = (): number => performance.timeOrigin + performance.now()

for (let index = 0; index < count; index += 1) {
  const dueAt = beginAt + (index * 1_000) / perSecond
  const wait = dueAt - now()
  if (wait > 0) Atomics.wait(never, 0, 0, wait)
  parentPort?.postMessage(dueAt)
}
