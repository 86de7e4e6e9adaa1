import { randomUUID } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { CryptoKey } from 'jose'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { EventSource } from '../../app/db/schema-webhooks.ts'
import { type Service, startService } from './crm/service.ts'
import { signedWebhook, type Webhook } from './crm/webhooks.ts'

let service: Service
let keys: Server
let googleKey: CryptoKey

beforeAll(async () => {
  const pair = await generateKeyPair('RS256')
  googleKey = pair.privateKey
  const certs = JSON.stringify({
    keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' }],
  })
  keys = createServer((_, response) => response.setHeader('content-type', 'application/json').end(certs))
  await new Promise<void>((resolve) => keys.listen(0, '127.0.0.1', resolve))
  const { port } = keys.address() as { port: number }
  service = await startService({ GOOGLE_JWKS_URL: `http://127.0.0.1:${port}/certs` })
})
afterAll(async () => {
  await service?.stop()
  keys?.close()
})

const send = ({ path, body, headers }: Webhook) => service.ask(`POST ${path}`, { body, headers })

const receiptOf = async (webhook: Webhook) => {
  const response = await send(webhook)
  return { status: response.status, ...((await response.json()) as object) }
}

/** Google's token for our audience, with what is given laid over it. */
const googleToken = async (claims: Record<string, unknown> = {}, key: CryptoKey = googleKey): Promise<string> =>
  await new SignJWT({ email: 'push@google.example', email_verified: true, aud: 'crm-gmail-push', ...claims })
    .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
    .setIssuer(String(claims.iss ?? 'https://accounts.google.com'))
    .setIssuedAt()
    .setExpirationTime(String(claims.expires ?? '5m'))
    .sign(key)

const gmailWebhook = (token: string | undefined, messageId: string = randomUUID(), data?: string): Webhook => ({
  path: '/api/webhooks/gmail',
  body: JSON.stringify({
    message: {
      messageId,
      data: data ?? Buffer.from('{"emailAddress":"sales@crm.example","historyId":"4711"}').toString('base64'),
      publishTime: '2026-11-21T10:00:00Z',
    },
    subscription: 'projects/crm/subscriptions/gmail',
  }),
  headers: { 'content-type': 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) },
})

/** One webhook of each source whose signature stands in a header. */
const contents: Record<Exclude<EventSource, 'gmail'>, (id: string) => unknown> = {
  ghl: (id) => ({ webhookId: id, type: 'ContactUpdate', locationId: 'l', data: { contactId: `c-${id}`, sequence: 1 } }),
  aloware: (id) => ({ id, event: 'sms-received', contact: { id: `c-${id}` }, body: { message: 'hi' }, sequence: 1 }),
  verity: (id) => ({ eventId: id, type: 'broadcast.sent', broadcastId: 'b', recipientId: `r-${id}`, sequence: 1 }),
  salesforce: (id) => ({ replayId: id, event: 'Contact', changeType: 'UPDATE', recordIds: [`s-${id}`] }),
  hubspot: (id) => [{ eventId: id, subscriptionType: 'contact.propertyChange', objectId: `h-${id}`, portalId: 1 }],
}
const signing = Object.keys(contents) as (keyof typeof contents)[]

const stored = (eventId: string) =>
  service.db.selectFrom('stored_webhook_events').selectAll().where('event_id', '=', eventId).execute()

describe.each(signing)('a webhook of %s', (source) => {
  test('that is signed is stored once, however often it comes', async () => {
    const id = randomUUID()
    const webhook = signedWebhook(source, contents[source](id))
    expect(await receiptOf(webhook)).toEqual({ status: 202, accepted: 1, duplicates: 0 })
    expect(await receiptOf(webhook)).toEqual({ status: 202, accepted: 0, duplicates: 1 })
    expect(await stored(id)).toMatchObject([{ source, status: 'pending', attempts: 0, processed_at: null }])
  })

  test('without a signature, with a wrong one, or with a body that was changed, is refused and not stored', async () => {
    const id = randomUUID()
    const { path, body, headers } = signedWebhook(source, contents[source](id))
    const unsigned = { path, body, headers: { 'content-type': 'application/json' } }
    expect((await send(unsigned)).status).toBe(401)
    expect((await send({ path, body: `${body} `, headers })).status).toBe(401)
    const spoiled = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, name === 'content-type' ? value : `x${value}`]),
    )
    expect((await send({ path, body, headers: spoiled })).status).toBe(401)
    expect(await stored(id)).toEqual([])
  })

  test('that is signed and makes no sense is refused by name', async () => {
    const broken = await send(signedWebhook(source, '{"id":'))
    expect(broken.status).toBe(400)
    const empty = await send(signedWebhook(source, source === 'hubspot' ? [{}] : {}))
    expect(empty.status).toBe(422)
    expect((await empty.json()).errors.length).toBeGreaterThan(0)
  })
})

test.each(['verity', 'hubspot'] as const)('a webhook of %s that was signed too long ago is refused', async (source) => {
  const minutes = 60_000
  const at = (time: number) => send(signedWebhook(source, contents[source](randomUUID()), time))
  expect((await at(Date.now() - 6 * minutes)).status).toBe(401)
  expect((await at(Date.now() + 6 * minutes)).status).toBe(401)
  expect((await at(Date.now() - 4 * minutes)).status).toBe(202)
})

describe('a webhook of gmail', () => {
  test('with Google’s token is stored once; its address is no name of a job', async () => {
    const webhook = gmailWebhook(await googleToken(), 'm-1')
    expect(await receiptOf(webhook)).toEqual({ status: 202, accepted: 1, duplicates: 0 })
    expect(await receiptOf(webhook)).toEqual({ status: 202, accepted: 0, duplicates: 1 })
    const [event] = await stored('m-1')
    expect(event).toMatchObject({ source: 'gmail', payload: { historyId: '4711' } })
    expect(event?.contact_key).toMatch(/^[0-9a-f]{16}$/)
  })

  test('with any other token is refused', async () => {
    const { privateKey: stranger } = await generateKeyPair('RS256')
    const tokens = [
      undefined,
      'no-token',
      await googleToken({}, stranger),
      await googleToken({ aud: 'somebody-else' }),
      await googleToken({ iss: 'https://accounts.example' }),
      await googleToken({ email_verified: false }),
      await googleToken({ expires: '-1m' }),
    ]
    for (const token of tokens) expect((await send(gmailWebhook(token))).status).toBe(401)
  })

  test('whose notice is no JSON in base64 is refused by name', async () => {
    const response = await send(gmailWebhook(await googleToken(), undefined, 'bm8ganNvbg=='))
    expect(response.status).toBe(422)
    expect((await response.json()).errors).toMatchObject([{ field: 'message.data' }])
  })
})

test('HubSpot’s list is stored event by event, and what is known in it is a duplicate', async () => {
  const event = (eventId: string) => ({ eventId, subscriptionType: 'deal.creation', objectId: 7, portalId: 1 })
  const [first, second, third] = [randomUUID(), randomUUID(), randomUUID()]
  expect(await receiptOf(signedWebhook('hubspot', [event(first), event(second)]))).toMatchObject({ accepted: 2 })
  expect(await receiptOf(signedWebhook('hubspot', [event(second), event(third)]))).toMatchObject({
    accepted: 1,
    duplicates: 1,
  })
  expect(await stored(third)).toMatchObject([{ contact_key: 'deal:7', event_type: 'deal.creation' }])
})

test('nobody’s webhooks have no door', async () => {
  const headers = { 'content-type': 'application/json' }
  expect((await service.ask('POST /api/webhooks/nobody', { body: '{}', headers })).status).toBe(404)
})
