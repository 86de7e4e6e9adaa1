import { type MeasuredRequest, measuredQueries, measuredRequests } from '../telemetry/measured.ts'
import { LastMinute } from './last-minute.ts'

/** Requests that are kept to be looked at. */
const mostRequests = 1_000

/** A query that takes longer is slow, in milliseconds. */
export const slowQueryMs = 500

/** What this process did in the last minute, and its last requests. It listens from its making until `stop`. */
export class Activity {
  readonly #requests = new LastMinute()
  readonly #queries = new LastMinute()
  /** A ring: the next one takes the place of the oldest. */
  readonly #recent: MeasuredRequest[] = []
  #next = 0
  readonly stop: () => void

  constructor() {
    const stopRequests = measuredRequests.listen((request) => {
      this.#requests.add(request.durationMs, request.status >= 400, request.at)
      this.#recent[this.#next] = request
      this.#next = (this.#next + 1) % mostRequests
    })
    const stopQueries = measuredQueries.listen((ms) => this.#queries.add(ms, ms > slowQueryMs))
    this.stop = () => {
      stopRequests()
      stopQueries()
    }
  }

  requests() {
    return this.#requests.read()
  }

  queries() {
    return this.#queries.read()
  }

  /** Newest first. */
  recentRequests(limit: number): MeasuredRequest[] {
    const { length } = this.#recent
    return Array.from({ length: Math.min(limit, length) }, (_, back) => {
      const index = (this.#next - 1 - back + length) % length
      return this.#recent[index]
    }).filter((request) => request !== undefined)
  }
}
