import { setTimeout as pause } from 'node:timers/promises'
import type { Sites } from './sites.ts'

/** One example of a way from one signal to another. */
export interface Sample {
  /** Where it begins, for people: a trace id, a log line, an alert. */
  readonly what: string
  /** Goes the way. @returns what was not found at its end; undefined when all was */
  readonly follow: () => Promise<string | undefined>
}

/** A way from one signal to another. */
export interface Direction {
  readonly from: string
  readonly to: string
  /** By what the two are joined, in a few words. */
  readonly how: string
  /** Examples from the running stack. */
  readonly samples: (sites: Sites, most: number) => Promise<Sample[]>
  /** Why there may rightly be none; a direction without it must have examples. */
  readonly mayLack?: string
}

/** What became of a direction. */
export interface Outcome extends Pick<Direction, 'from' | 'to' | 'how'> {
  readonly followed: number
  readonly lost: readonly { readonly what: string; readonly why: string }[]
  /** Why there were no examples, where there may be none. */
  readonly note?: string
}

export interface Wait {
  /** How many examples. */
  readonly most: number
  /** With how many to be content only when the time is up: a young stack has few. By default one, none where there may be none. */
  readonly least?: number
  /** The longest wait for what has not arrived yet, in milliseconds. */
  readonly limitMs: number
  readonly everyMs?: number
}

/** Goes a direction's examples, and again those that lead nowhere yet, until all arrive or the time is up. */
export async function go(direction: Direction, sites: Sites, wait: Wait): Promise<Outcome> {
  const { from, to, how, mayLack } = direction
  const end = performance.now() + wait.limitMs
  const again = async () => {
    if (performance.now() >= end) return false
    await pause(wait.everyMs ?? 1_000, undefined, { signal: sites.signal })
    return true
  }
  let samples = await direction.samples(sites, wait.most)
  const least = wait.least ?? (mayLack === undefined ? 1 : 0)
  while (samples.length < least && (await again())) samples = await direction.samples(sites, wait.most)
  if (samples.length === 0)
    return mayLack === undefined
      ? { from, to, how, followed: 0, lost: [{ what: 'any example', why: 'there is none' }] }
      : { from, to, how, followed: 0, lost: [], note: mayLack }
  const lost = new Map<Sample, string>()
  let open = samples
  do {
    lost.clear()
    await inParallel(open, 4, async (sample) => {
      const why = await sample.follow().catch((error: Error) => error.message)
      if (why !== undefined) lost.set(sample, why)
    })
    open = [...lost.keys()]
  } while (open.length > 0 && (await again()))
  return {
    from,
    to,
    how,
    followed: samples.length,
    lost: [...lost].map(([{ what }, why]) => ({ what, why })),
  }
}

const inParallel = async <Item>(items: readonly Item[], parallel: number, work: (item: Item) => Promise<void>) => {
  const left = [...items]
  const worker = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item)
  }
  await Promise.all(Array.from({ length: parallel }, worker))
}
