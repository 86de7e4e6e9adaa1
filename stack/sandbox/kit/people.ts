import { draw } from './random.ts'

/** Somebody whom providers know. The same number is the same person at each of them, as in real life. */
export interface Person {
  readonly first: string
  readonly last: string
  readonly email: string
  /** E.164. */
  readonly phone: string
  readonly company: string
}

const firstNames = [
  ...['Anna', 'Bo', 'Clara', 'David', 'Eva', 'Frederik', 'Greta', 'Hugo', 'Ida', 'Jonas', 'Karla', 'Lars', 'Maja'],
  ...['Niels', 'Olivia', 'Peter', 'Rosa', 'Simon', 'Tilde', 'Victor'],
]
const lastNames = [
  ...['Andersen', 'Bach', 'Carlsen', 'Dahl', 'Eriksen', 'Fischer', 'Gram', 'Holm', 'Iversen', 'Jensen', 'Krogh'],
  ...['Lund', 'Madsen', 'Nielsen', 'Olsen', 'Poulsen', 'Rasmussen', 'Sommer', 'Thomsen', 'Winther'],
]
const words = ['North', 'South', 'Blue', 'Green', 'Old', 'New', 'Bright', 'Quiet']
const things = ['Harbour', 'Sea', 'Mill', 'Bridge', 'Garden', 'Tower', 'Field', 'Lantern']

/** @param revision another one is another employer: what `touch` changes */
export function personOf(number: number, revision = 0): Person {
  const random = draw('person', number)
  const first = random.pick(firstNames)
  const last = random.pick(lastNames)
  return {
    first,
    last,
    // An address outlives a change of employer, so that it stays what identifies a person.
    email: `${first}.${last}.${number}@${companyOf(number).replace(' ', '-')}.example`.toLowerCase(),
    phone: `+1202555${String(number % 10_000).padStart(4, '0')}`,
    company: companyOf(number + revision),
  }
}

const companyOf = (number: number): string =>
  `${words[number % words.length]} ${things[Math.floor(number / words.length) % things.length]}`

/** Everything in the data sets was changed last in the year before this. */
export const dataEnd = Date.parse('2026-01-01T00:00:00Z')

/** When record `index` of `size` was changed last: evenly over 2025, in order. */
export const modifiedIn2025 = (index: number, size: number): number =>
  dataEnd - (size - index) * Math.floor((365 * 86_400_000) / (size + 1))
