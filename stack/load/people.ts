import { pick, type Random } from './random.ts'

/** Who uses the CRM, in two workspaces: the sandbox's users. */
export const emails = ['admin@crm.example', 'anna@crm.example', 'bo@crm.example', 'eve@other.example'] as const

/** By which a later run knows again what an earlier one made, and touches nothing else. */
export const mark = {
  contactNotes: 'Made by the traffic generator.',
  leadSource: 'load',
  dealTitle: 'Cleaning, made by the traffic',
} as const

const firstNames = ['Anna', 'Bo', 'Clara', 'David', 'Emma', 'Freja', 'Gustav', 'Hanne', 'Ida', 'Jens', 'Karla', 'Lars']
const lastNames = ['Andersen', 'Berg', 'Christensen', 'Dahl', 'Eriksen', 'Friis', 'Holm', 'Iversen', 'Juhl', 'Krogh']
const companies = ['North Sea', 'Blue Harbour', 'Green Valley', 'Old Mill', 'Silver Lake', 'Red Barn', 'High Bridge']

/** What people search for: names, companies, and something that is never found. */
export const words = [...firstNames, ...lastNames, ...companies, 'zebra'] as const

export function madeUpContact(random: Random) {
  const [first, last, company] = [pick(random, firstNames), pick(random, lastNames), pick(random, companies)]
  const domain = `${company.toLowerCase().replace(' ', '-')}.example`
  const digits = () => String(10 + Math.floor(random() * 90))
  return {
    name: `${first} ${last}`,
    email: `${first}.${last}.${Math.floor(random() * 1e9).toString(36)}@${domain}`.toLowerCase(),
    phone: `+45 ${digits()} ${digits()} ${digits()} ${digits()}`,
    company,
    notes: mark.contactNotes,
  }
}
