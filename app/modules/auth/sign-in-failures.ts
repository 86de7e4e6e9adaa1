/** Failed sign-ins of one client, in milliseconds: this many within the window are a burst. */
const burstSize = 5
const windowMs = 5 * 60_000

/** Clients that are remembered; the one that was silent for longest is forgotten first. */
const mostClients = 10_000

interface Client {
  /** The last failures, oldest first; as many as a burst has. */
  readonly failures: number[]
  isBurst: boolean
}

/** Tells when one client fails to sign in again and again. In memory: each process sees its own. */
export class SignInFailures {
  readonly #clients = new Map<string, Client>()

  get size(): number {
    return this.#clients.size
  }

  /** Notes a failure. @returns whether a burst begins with it; its further failures are part of it */
  add(client: string, now = Date.now()): boolean {
    const known = this.#clients.get(client) ?? { failures: [], isBurst: false }
    // The newest stands last, so that the first is the one to forget.
    this.#clients.delete(client)
    this.#clients.set(client, known)
    const oldest = this.#clients.keys().next().value
    if (this.#clients.size > mostClients && oldest !== undefined) this.#clients.delete(oldest)

    known.failures.push(now)
    if (known.failures.length > burstSize) known.failures.shift()
    const isMany = known.failures.length === burstSize && now - (known.failures[0] ?? now) <= windowMs
    const begins = isMany && !known.isBurst
    known.isBurst = isMany
    return begins
  }
}
