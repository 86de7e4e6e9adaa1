import { randomBytes } from 'node:crypto'

/** Numbers that look random and are the same for the same seed: what a test saw once, it sees again. */
export interface Draw {
  /** 0 ≤ number < 1. */
  next(): number
  /** A whole number, both ends included. */
  int(from: number, to: number): number
  pick<Item>(items: readonly Item[]): Item
  /** A name of that many characters. */
  name(length: number, alphabet?: string): string
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
export const hex = '0123456789abcdef'

/** The numbers of one record of a data set: `draw('ghl', 17)`. */
export function draw(seed: string, index: number): Draw {
  let state = hash(`${seed}:${index}`)
  // Mulberry32: small, fast, and even enough for names and amounts.
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const int = (from: number, to: number) => from + Math.floor(next() * (to - from + 1))
  return {
    next,
    int,
    pick: <Item>(items: readonly Item[]) => items[int(0, items.length - 1)] as Item,
    name: (length, alphabet = letters) => Array.from({ length }, () => alphabet[int(0, alphabet.length - 1)]).join(''),
  }
}

/** A name for what was written: never that of an earlier start's record. */
export const newName = (length: number): string =>
  Array.from(randomBytes(length), (byte) => letters[byte % letters.length]).join('')

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let i = 0; i < text.length; i += 1) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193)
  return value
}
