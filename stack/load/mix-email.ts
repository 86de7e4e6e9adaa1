import type { Action } from './mix.ts'
import { pick, type Random } from './random.ts'
import type { Held, Visitor } from './visitor.ts'

const json = { 'content-type': 'application/json' }

/** Milliseconds for which a page stays open. */
const stay = (random: Random): number => 3_000 + Math.round(random() * 7_000)

/** Mostly to somebody known; one in a hundred goes to an address that is no more. */
async function sendEmail({ client, holdings, random }: Visitor): Promise<void> {
  const contactId = holdings.contacts.length > 0 ? pick(random, holdings.contacts) : undefined
  const to = random() < 0.01 ? 'bounce@old-mill.example' : 'office@old-mill.example'
  const subject = pick(random, ['Your offer', 'See you on Monday', 'About the invoice'])
  const text = 'Hello,\n\nsee below.\n\nBest regards'
  const whom = contactId !== undefined && random() < 0.7 ? { contactId } : { to }
  // A contact may have gone, or have no address.
  await client.api.emails.$post({ json: { ...whom, subject, text } }).catch(() => undefined)
}

async function syncMailbox({ client }: Visitor): Promise<void> {
  const response = await client.api.mailboxes.$get({ query: {} })
  if (response.status !== 200) return
  const [mailbox] = (await response.json()).mailboxes
  if (mailbox) await client.api.mailboxes[':id'].sync.$post({ param: { id: mailbox.id } })
}

/** A page that is told what happens, by server-sent events. */
const followStream = ({ apiUrl, random, hold }: Visitor): Promise<void> =>
  hold('GET /api/events', async (cookie): Promise<Held> => {
    const signal = AbortSignal.timeout(stay(random))
    const response = await fetch(`${apiUrl}/api/events`, { headers: { cookie }, signal })
    const read = async (): Promise<void> => {
      for await (const _ of response.body ?? []);
    }
    // It ends with the signal, which is no failure.
    return { status: response.status, end: read().catch(() => undefined) }
  })

/** Node's own client takes headers, which browsers do not. */
const WebSocketWithHeaders = WebSocket as unknown as new (
  url: string,
  options: { readonly headers: Record<string, string> },
) => WebSocket

/** The same by WebSocket. */
const followSocket = ({ apiUrl, random, hold }: Visitor): Promise<void> =>
  hold('GET /api/events/ws', async (cookie): Promise<Held> => {
    const socket = new WebSocketWithHeaders(`${apiUrl.replace(/^http/, 'ws')}/api/events/ws`, { headers: { cookie } })
    const end = new Promise<void>((resolve) => {
      socket.addEventListener('close', () => resolve())
    })
    await new Promise<void>((resolve, reject) => {
      socket.addEventListener('open', () => resolve())
      socket.addEventListener('error', () => reject(new Error('no connection')))
    })
    setTimeout(() => socket.close(), stay(random))
    return { status: 101, end }
  })

/** What a browser says when a page is left: fast mostly, slow now and then. */
async function reportVitals({ ask, apiUrl, random }: Visitor): Promise<void> {
  const value = Math.round(random() < 0.95 ? 200 + random() * 1_200 : 2_000 + random() * 3_000)
  const rating = value <= 2_500 ? 'good' : value <= 4_000 ? 'needs-improvement' : 'poor'
  const vitals = [
    { name: 'LCP', value, rating },
    { name: 'CLS', value: 0.02, rating: 'good' },
  ]
  const body = JSON.stringify({ page: pick(random, ['/docs', '/elsewhere']), vitals })
  await ask(`${apiUrl}/api/web-vitals`, { method: 'POST', headers: json, body }, [204, 429])
}

/** People who write, and pages that stay open. */
export const emailMix: readonly Action[] = [
  { name: 'send an e-mail', weight: 0.6, run: sendEmail },
  { name: 'list e-mails', weight: 1.5, run: ({ client }) => client.api.emails.$get({ query: {} }) },
  { name: 'look into the outbox', weight: 0.5, run: ({ client }) => client.api.emails.outbox.$get({ query: {} }) },
  { name: 'read the mailbox now', weight: 0.3, run: syncMailbox },
  { name: 'follow live by SSE', weight: 0.4, run: followStream },
  { name: 'follow live by WebSocket', weight: 0.4, run: followSocket },
  { name: 'leave a page', weight: 2, run: reportVitals },
]
