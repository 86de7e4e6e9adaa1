import { createHash } from 'node:crypto'
import { domainToASCII } from 'node:url'
import { Hono } from 'hono'
import { BadRequest } from './problem.ts'

/** What is known of a company. */
export interface Company {
  readonly domain: string
  readonly name: string
  readonly industry: string
  readonly employees: number
  readonly country: string
  readonly city: string
  readonly founded: number
  readonly website: string
}

const industries = ['Cleaning', 'Construction', 'Consulting', 'Finance', 'Health', 'Logistics', 'Retail', 'Software']
const places = [
  ['DK', 'København'],
  ['DK', 'Aarhus'],
  ['DE', 'Hamburg'],
  ['SE', 'Malmö'],
  ['NO', 'Oslo'],
  ['NL', 'Utrecht'],
] as const

/** Belong to their users, not to a company: nothing is known of them. */
const mailboxes = new Set(['gmail.com', 'hotmail.com', 'icloud.com', 'outlook.com', 'yahoo.com'])

/** Always the same company for the same domain, made from its hash: what a test saw once, it sees again. */
export function companyOf(domain: string): Company {
  const hash = createHash('sha256').update(domain).digest()
  const pick = <Item>(items: readonly Item[], byte: number): Item => items[(hash[byte] ?? 0) % items.length] as Item
  const [country, city] = pick(places, 1)
  return {
    domain,
    name: nameOf(domain),
    industry: pick(industries, 0),
    employees: 1 + (hash.readUInt16BE(2) % 5_000),
    country,
    city,
    founded: 1950 + (hash.readUInt8(4) % 75),
    website: `https://www.${domain}`,
  }
}

/** `north-sea.example` → `North Sea` */
const nameOf = (domain: string): string =>
  (domain.split('.').at(-2) ?? domain)
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(' ')

/** `GET /companies?domain=` → Company, 404 where nothing is known. */
export const enrichment = (): Hono =>
  new Hono().get('/companies', (c) => {
    const domain = readDomain(c.req.query('domain'))
    if (mailboxes.has(domain)) throw new BadRequest('not_found', `Nothing is known of ${domain}.`, 404)
    return c.json(companyOf(domain))
  })

const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?'
const domainName = new RegExp(`^(?:${label}\\.)+${label}$`)

function readDomain(text = ''): string {
  // Never the URL parser's view of it for long inputs: a domain has 253 characters at most.
  const domain = text.length <= 253 ? domainToASCII(text.trim().toLowerCase()) : ''
  if (domainName.test(domain)) return domain
  throw new BadRequest('invalid_domain', 'Give the company’s domain: /enrichment/companies?domain=example.com')
}
