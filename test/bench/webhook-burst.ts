/**
 * `npm run bench:webhooks`: 10,000 signed webhooks at once, some of them twice, against an api and a worker of their own on an embedded
 * PostgreSQL. Prints what became of them beside the limits, and exits with 1 above one. `node test/bench/webhook-burst.ts 2000`
 * sends fewer.
 */
import { randomUUID } from 'node:crypto'
import { openDatabase } from '../../app/db/database.ts'
import { type Running, start, startDatabase } from '../integration/crm/processes.ts'
import { signedWebhook, type Webhook } from '../integration/crm/webhooks.ts'
import { freePort } from '../integration/telemetry/harness.ts'
import { type Outcome, outcome, settled } from './burst-outcome.ts'

const total = Number(process.argv[2] ?? 10_000)
const contacts = 500
/** Of the events, those that are delivered a second time. */
const duplicateShare = 0.1
/** Deliveries under way at the same time. */
const connections = 64
const sources = ['ghl', 'ghl', 'aloware', 'verity'] as const

interface Delivery {
  readonly eventId: string
  readonly webhook: Webhook
}

/** The events of one contact, in its order: the sender waits for an answer before it sends the next. */
const eventsOf = (contact: number, count: number): Delivery[] => {
  const source = sources[contact % sources.length] ?? 'ghl'
  return Array.from({ length: count }, (_, index) => {
    const sequence = index + 1
    const eventId = randomUUID()
    const key = `burst-${contact}`
    const content = {
      ghl: {
        webhookId: eventId,
        type: 'ContactUpdate',
        data: { contactId: key, sequence, companyName: `C ${sequence}` },
      },
      aloware: { id: eventId, event: 'sms-received', contact: { id: key }, body: { message: `${sequence}` }, sequence },
      verity: { eventId, type: 'broadcast.delivered', broadcastId: 'burst', recipientId: key, sequence },
    }[source]
    return { eventId, webhook: signedWebhook(source, content) }
  })
}

const streams = Array.from({ length: contacts }, (_, contact) =>
  eventsOf(contact, Math.floor(total / contacts) + (contact < total % contacts ? 1 : 0)),
)
const apiPort = await freePort()
const api = `http://127.0.0.1:${apiPort}`
const answers = new Map<number, number>()
const accepted: string[] = []
let duplicates = 0
let duplicatesSent = 0

const deliver = async ({ eventId, webhook: { path, body, headers } }: Delivery): Promise<void> => {
  const response = await fetch(api + path, { method: 'POST', body, headers })
  answers.set(response.status, (answers.get(response.status) ?? 0) + 1)
  if (response.status !== 202) return void (await response.body?.cancel())
  const receipt = (await response.json()) as { accepted: number; duplicates: number }
  if (receipt.accepted > 0) accepted.push(eventId)
  duplicates += receipt.duplicates
}

const sendAll = async (): Promise<void> => {
  const waiting = [...streams]
  const sender = async (): Promise<void> => {
    for (let stream = waiting.pop(); stream; stream = waiting.pop())
      for (const [index, delivery] of stream.entries()) {
        await deliver(delivery)
        if (index % (1 / duplicateShare) === 0) {
          duplicatesSent++
          await deliver(delivery)
        }
      }
  }
  await Promise.all(Array.from({ length: connections }, sender))
}

const database = await startDatabase()
const { db, close } = openDatabase(database.url, 'bench')
const programs: Running[] = []
let found: Outcome | undefined
try {
  const env = {
    APP_ENV: 'development',
    LOG_LEVEL: 'warn',
    DATABASE_URL: database.url,
    PORT: String(apiPort),
    OTEL_SDK_DISABLED: process.env.OTEL_SDK_DISABLED ?? 'true',
  }
  const preload = ['--import', './app/telemetry/preload.ts']
  programs.push(await start([...preload, 'app/main.ts'], { ...env, LOG_LEVEL: 'info' }, /"message":"ready"/))
  programs.push(await start([...preload, 'app/worker.ts'], { ...env, LOG_LEVEL: 'info' }, /"message":"working"/))
  await db.insertInto('workspaces').values({ name: 'Bench', domain: 'crm.example' }).execute()

  const startedAt = performance.now()
  await sendAll()
  const sentSeconds = (performance.now() - startedAt) / 1_000
  await settled(db, 300_000)
  const doneSeconds = (performance.now() - startedAt) / 1_000
  found = await outcome(db, { accepted, duplicates, duplicatesSent, total, answers, sentSeconds, doneSeconds })
} finally {
  for (const program of programs) await program.stop()
  await close()
  await database.remove()
}
console.log(found.table)
process.exit(found.ok ? 0 : 1)
