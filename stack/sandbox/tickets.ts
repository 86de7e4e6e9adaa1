import { randomBytes } from 'node:crypto'

/**
 * Values kept under random names for a while: authorization codes, access tokens.
 * @param lifeMs after which a name is unknown again
 * @param most names kept; the oldest goes first, so that a client that never returns cannot fill the memory
 */
export class Tickets<Value> {
  readonly #kept = new Map<string, { value: Value; until: number }>()
  readonly #lifeMs: number
  readonly #most: number
  readonly #now: () => number

  constructor({ lifeMs, most = 10_000, now = Date.now }: { lifeMs: number; most?: number; now?: () => number }) {
    this.#lifeMs = lifeMs
    this.#most = most
    this.#now = now
  }

  /** A name that nobody can guess. */
  issue(value: Value): string {
    const name = randomBytes(32).toString('base64url')
    this.#kept.set(name, { value, until: this.#now() + this.#lifeMs })
    const oldest = this.#kept.keys().next().value
    if (this.#kept.size > this.#most && oldest !== undefined) this.#kept.delete(oldest)
    return name
  }

  look(name: string): Value | undefined {
    const ticket = this.#kept.get(name)
    return ticket && ticket.until > this.#now() ? ticket.value : undefined
  }

  /** As `look`, and the name is worth nothing from now on. */
  take(name: string): Value | undefined {
    const value = this.look(name)
    this.#kept.delete(name)
    return value
  }
}
