import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** One request of the load. */
export interface Answered {
  readonly traceId: string
  /** Milliseconds since 1970. */
  readonly at: number
  readonly ms: number
  /** 0: no answer. */
  readonly status: number
}

/** The load, in a process of its own. */
export class Sender {
  readonly answered: Answered[] = []
  readonly #child: ChildProcess

  constructor(api: string, cookie: string, perSecond: number) {
    const arguments_ = [api, cookie, String(perSecond)]
    this.#child = fork(join(import.meta.dirname, 'sender-main.ts'), arguments_, { stdio: 'ignore' })
    this.#child.on('message', (told) => this.answered.push(...(told as Answered[])))
  }

  between(from: number, until: number): readonly Answered[] {
    return this.answered.filter(({ at }) => at >= from && at < until)
  }

  /** Waits for the answers that are still due. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return
    const ended = once(this.#child, 'exit')
    this.#child.send('stop')
    await ended
  }
}

/** The time within which 99 of 100 were answered, in milliseconds. */
export const p99 = (requests: readonly Answered[]): number => {
  const sorted = requests.map(({ ms }) => ms).sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.99))] ?? Number.NaN
}
