import { pause } from '../pace.ts'

/** Something that goes wrong outside, as the sandbox's `/faults/<provider>` takes it. */
export interface Outage {
  readonly provider: string
  /** Seconds into the round. */
  readonly at: number
  readonly seconds: number
  readonly fault: object
}

export interface Round {
  readonly seconds: number
  readonly outages: readonly Outage[]
}

/** One round of trouble, of each kind and for each provider; it begins again when it is over. */
export const round: Round = {
  seconds: 240,
  outages: [
    // From the first minute to the last webhooks come twice and overtake each other.
    { provider: 'ghl', at: 5, seconds: 75, fault: { webhooks: { duplicateShare: 0.2, outOfOrder: true } } },
    { provider: 'enrichment', at: 20, seconds: 30, fault: { status: 503, share: 0.5 } },
    { provider: 'gmail', at: 30, seconds: 20, fault: { rateLimit: { retryAfterSeconds: 15 } } },
    { provider: 'billy', at: 60, seconds: 20, fault: { malformed: true } },
    { provider: 'hubspot', at: 80, seconds: 20, fault: { delayMs: 3_000 } },
    { provider: 'ghl', at: 100, seconds: 20, fault: { refuse: true } },
    { provider: 'aloware', at: 115, seconds: 20, fault: { rateLimit: { retryAfterSeconds: 10 } } },
    { provider: 'salesforce', at: 130, seconds: 20, fault: { status: 500, share: 0.3 } },
    { provider: 'google-calendar', at: 145, seconds: 20, fault: { status: 500 } },
    { provider: 'verity', at: 160, seconds: 20, fault: { status: 503 } },
    { provider: 'smtp', at: 175, seconds: 20, fault: { status: 451 } },
    { provider: 'oauth', at: 190, seconds: 10, fault: { status: 503 } },
  ],
}

/** A circuit breaker may stay open this long after its provider is back, in milliseconds. */
const aftermathMs = 35_000

/** Which answers a provider's trouble explains: those of the addresses that ask it while somebody waits. */
const askedAtOnce: readonly (readonly [RegExp, string])[] = [
  [/\/api\/verity\b/, 'verity'],
  [/\/api\/calendar-events\b/, 'google-calendar'],
  [/\/api\/auth\b|\/authorize\b/, 'oauth'],
]

/** Makes trouble by schedule, and remembers when. */
export class Outages {
  readonly #sandbox: string
  readonly #round: Round
  readonly #until = new Map<string, number>()

  constructor(sandbox: string, plan: Round = round) {
    this.#sandbox = sandbox
    this.#round = plan
  }

  /** Goes through the rounds until the signal comes; then everything works again. */
  async run(signal: AbortSignal, log: (line: string) => void): Promise<void> {
    const running: Promise<void>[] = []
    try {
      while (!signal.aborted) {
        const startedAt = Date.now()
        for (const outage of [...this.#round.outages].sort((a, b) => a.at - b.at)) {
          await pauseUntil(startedAt + outage.at * 1_000, signal)
          if (signal.aborted) return
          log(`${outage.provider}: ${JSON.stringify(outage.fault)} for ${outage.seconds} s`)
          running.push(this.#one(outage, signal))
        }
        await pauseUntil(startedAt + this.#round.seconds * 1_000, signal)
      }
    } finally {
      await Promise.allSettled(running)
    }
  }

  /** Whether trouble that was made explains this answer. `kind`: `GET /api/verity/contacts`. */
  explains(kind: string, now = Date.now()): boolean {
    return askedAtOnce.some(
      ([asked, provider]) => asked.test(kind) && now < (this.#until.get(provider) ?? 0) + aftermathMs,
    )
  }

  async #one({ provider, seconds, fault }: Outage, signal: AbortSignal): Promise<void> {
    const url = `${this.#sandbox}/faults/${provider}`
    this.#until.set(provider, Date.now() + seconds * 1_000)
    await fetch(url, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(fault),
    })
    await pauseUntil(Date.now() + seconds * 1_000, signal)
    this.#until.set(provider, Date.now())
    await fetch(url, { method: 'DELETE' })
  }
}

const pauseUntil = (at: number, signal: AbortSignal): Promise<void> => pause(Math.max(0, at - Date.now()), signal)
