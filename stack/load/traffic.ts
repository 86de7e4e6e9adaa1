import { type Action, most } from './mix.ts'
import { pace, pause } from './pace.ts'
import { emails, mark } from './people.ts'
import { pick, type Random } from './random.ts'
import { rareFirst } from './rare-first.ts'
import { isReady, isThere, until } from './ready.ts'
import { SignInError } from './sign-in.ts'
import { line, type Report, Stats } from './stats.ts'
import { Holdings, UnexpectedAnswer, Unreachable, Visitor } from './visitor.ts'

export interface TrafficOptions {
  readonly apiUrl: string
  /** Traffic begins when this answers 200 as well: what is measured before the collector is there would be lost. */
  readonly collectorHealthUrl?: string | undefined
  /** Actions begun each second. */
  readonly perSecond: number
  /** 0: until the signal. */
  readonly seconds: number
  readonly mix: readonly Action[]
  readonly log: (line: string) => void
  readonly signal: AbortSignal
  readonly random?: Random
  /** Where requests are counted, for a caller that wants to look. */
  readonly stats?: Stats
}

/** With an answer time of a second still far from reached; beyond it, more requests would only make it worse. */
const mostAtOnce = 50

/** Lets people use the CRM until the time is up or the signal comes; the service may go away and come back meanwhile. */
export async function traffic(options: TrafficOptions): Promise<Report> {
  const { apiUrl, collectorHealthUrl, perSecond, seconds, mix, log, signal, random = Math.random } = options
  const { stats = new Stats() } = options
  await waitFor(`${apiUrl}/health/ready`, log, signal)
  if (collectorHealthUrl) await waitFor(collectorHealthUrl, log, signal)

  const end = seconds > 0 ? AbortSignal.any([signal, AbortSignal.timeout(seconds * 1_000)]) : signal
  const visitors = await gather(apiUrl, stats, random)
  const state = { unreachable: false, lastError: '' }
  const underWay = new Set<Promise<void>>()
  const report = setInterval(() => {
    log(line(stats.takeRecent()) + (state.lastError && `; last: ${state.lastError}`))
    state.lastError = ''
  }, 10_000)

  log(`traffic for ${apiUrl}, ${perSecond} actions a second`)
  const next = rareFirst(mix, random)
  for await (const _ of pace(perSecond, end)) {
    if (state.unreachable) {
      log(`nobody answers at ${apiUrl}; waiting`)
      await until(() => isThere(`${apiUrl}/health/live`), end)
      if (!end.aborted) log('it answers again; going on')
      state.unreachable = false
    }
    if (underWay.size >= mostAtOnce) continue
    const action = perform(pick(random, visitors), next())
      .catch((error: unknown) => {
        if (error instanceof Unreachable) state.unreachable = true
        else if (error instanceof UnexpectedAnswer || error instanceof SignInError) state.lastError = error.message
        else throw error
      })
      .finally(() => underWay.delete(action))
    underWay.add(action)
  }
  clearInterval(report)
  // Who stops the traffic does not wait for a slow service.
  await Promise.race([Promise.all(underWay), pause(signal.aborted ? 500 : 5_000, new AbortController().signal)])
  return stats.report()
}

async function perform(visitor: Visitor, action: Action): Promise<void> {
  await visitor.ensureSignedIn()
  await action.run(visitor)
}

async function waitFor(url: string, log: (line: string) => void, signal: AbortSignal): Promise<void> {
  if (await isReady(url)) return
  log(`waiting for ${url}`)
  await until(() => isReady(url), signal)
}

/** Everybody, each with what earlier traffic left in their workspace. */
async function gather(apiUrl: string, stats: Stats, random: Random): Promise<Visitor[]> {
  const workspaces = new Map<string, Holdings>()
  const visitors: Visitor[] = []
  for (const email of emails) {
    const domain = email.split('@')[1] ?? ''
    const known = workspaces.get(domain)
    const holdings = known ?? new Holdings()
    workspaces.set(domain, holdings)
    const visitor = new Visitor({ apiUrl, email, holdings, stats, random })
    visitors.push(visitor)
    // What cannot be read now is neither used nor tidied up; nothing else depends on it.
    if (!known) await adopt(visitor).catch(() => undefined)
  }
  return visitors
}

/** Pages that are looked through for rows of earlier traffic: twice as many as it keeps. */
const pages = (rows: number): number => Math.ceil((2 * rows) / 100)

async function adopt(visitor: Visitor): Promise<void> {
  const { client, holdings } = visitor
  await visitor.ensureSignedIn()
  let cursor: string | undefined
  for (let page = 0; page < pages(most.contacts); page += 1) {
    const response = await client.api.contacts.$get({ query: { limit: '100', ...(cursor && { cursor }) } })
    if (response.status !== 200) return
    const { contacts, nextCursor } = await response.json()
    // Oldest first: those go first when there are too many.
    for (const { id, notes } of contacts) if (notes === mark.contactNotes) holdings.contacts.unshift(id)
    if (nextCursor === null) break
    cursor = nextCursor
  }
  const response = await client.api.leads.$get({ query: { limit: '100' } })
  if (response.status !== 200) return
  const { leads } = await response.json()
  holdings.leads.push(...leads.filter(({ source, status }) => source === mark.leadSource && status !== 'won'))
}
