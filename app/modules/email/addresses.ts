import { createHash } from 'node:crypto'

/** Who a header names: `Anna Holm <anna@holm.example>` → name and address, the address in lower case. */
export interface Person {
  readonly name: string
  readonly address: string
}

/** Longer headers are cut: they are read by nobody. */
const longest = 1_000

/** The first person of a `From` or `To` header; empty texts where there is none. */
export const firstPerson = (header: string): Person => {
  const text = header.slice(0, longest)
  const angled = /<([^<>\s]{1,254})>/.exec(text)
  if (angled?.[1]) {
    const name = text.slice(0, angled.index).trim().replace(/^"|"$/g, '')
    return { name: name.includes('@') ? '' : name, address: addressOf(angled[1]) }
  }
  return { name: '', address: addressOf(text.split(',', 1)[0]?.trim() ?? '') }
}

const addressOf = (text: string): string => (/^[^\s@,;]+@[^\s@,;]+$/.test(text) ? text.toLowerCase() : '')

/** What is kept of a mailbox's address. */
export const addressHash = (address: string): string =>
  createHash('sha256').update(address.trim().toLowerCase()).digest('hex')
