import { signal } from '@preact/signals'
import type { LiveOperations } from '../../live/messages.ts'
import { operations } from '../live.ts'

/** Messages that are kept: ten minutes of one every two seconds. */
const most = 300

/** What was told live while the operators' page has been open, oldest first. */
export const recent = signal<readonly LiveOperations[]>([])

/** With one more; one that is known already is left out. */
export const remembered = (
  kept: readonly LiveOperations[],
  message: LiveOperations,
  limit = most,
): readonly LiveOperations[] => (kept.at(-1)?.at === message.at ? kept : [...kept, message].slice(-limit))

/** Remembers what is told until it is stopped. */
export const remember = (): (() => void) =>
  operations.subscribe((message) => {
    if (message) recent.value = remembered(recent.peek(), message)
  })
