import type { Entry } from './inbox-entry.ts'

/** What one receiver was told of one trouble by one way, newest first. */
export interface Conversation {
  readonly newest: Entry
  readonly entries: readonly Entry[]
  /** When it was first told, ISO 8601. */
  readonly began: string
}

/** Joins what belongs together, the newest first; what fires again after its end is a new conversation. */
export function conversations(entries: readonly Entry[]): Conversation[] {
  const found: Entry[][] = []
  const open = new Map<string, Entry[]>()
  for (const entry of entries.toReversed()) {
    const key = `${entry.via} ${entry.receiver} ${entry.thread}`
    const earlier = open.get(key)
    const isOver = earlier?.at(-1)?.status === 'resolved' && entry.status === 'firing'
    if (earlier && !isOver) {
      earlier.push(entry)
      continue
    }
    const begun = [entry]
    open.set(key, begun)
    found.push(begun)
  }
  return found
    .flatMap((one) => {
      const [first, newest] = [one[0], one.at(-1)]
      return first && newest ? [{ newest, began: first.receivedAt, entries: one.toReversed() }] : []
    })
    .sort((a, b) => b.newest.id - a.newest.id)
}
