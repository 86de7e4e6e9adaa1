import type { Action } from './mix.ts'
import { pickWeighted, type Random } from './random.ts'

/** Below this share of all actions one is rare: at eight a second it may not happen for minutes. */
const rareShare = 0.02

/**
 * Whole rounds of the rare ones that begin the traffic: things that are made by one action and used by another, such as an
 * integration and its synchronization, need a few.
 */
const rounds = 2

/**
 * What is done next. By weight; but in the beginning every other action is a rare one, in the order of the mix, so that
 * everything that can happen has happened within a minute of a young stack, and then goes on at its ordinary rate.
 */
export function rareFirst(mix: readonly Action[], random: Random): () => Action {
  const all = mix.reduce((sum, { weight }) => sum + weight, 0)
  const rare = mix.filter(({ weight }) => weight / all < rareShare)
  const waiting = Array.from({ length: rounds }, () => rare).flat()
  let turn = 0
  return () => {
    turn += 1
    // The first is an ordinary one: rare ones need contacts and leads to be there.
    const due = turn % 2 === 0 ? waiting.shift() : undefined
    return due ?? pickWeighted(random, mix)
  }
}
