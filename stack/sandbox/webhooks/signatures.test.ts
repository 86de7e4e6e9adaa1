import { createHmac, createPublicKey, verify } from 'node:crypto'
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose'
import { expect, it } from 'vitest'
import { sandboxForTest } from '../testing.ts'

const time = Date.parse('2026-06-01T12:00:00.250Z')

/** Lets a sandbox send one webhook of that source, and gives what arrived. */
async function received(source: string, more: object = {}) {
  const requests: Request[] = []
  const sandbox = await sandboxForTest({
    now: () => time,
    webhookTarget: { url: 'http://127.0.0.1:3000', publicUrl: 'https://crm.example' },
    fetch: async (url, init) => {
      requests.push(new Request(url as string, init))
      return new Response(null, { status: 202 })
    },
  })
  const answer = await sandbox.json<{ sent: { eventId: string; contactKey: string; status: number }[] }>(
    sandbox.ask('POST', '/sandbox/webhooks/send', { source, ...more }),
  )
  const request = requests[0] ?? expect.fail('nothing arrived')
  const text = await request.text()
  return { sandbox, request, text, body: JSON.parse(text), sent: answer.sent[0] ?? expect.fail('nothing was sent') }
}

const hmac = (secret: string, text: string) => createHmac('sha256', secret).update(text).digest()

it('GHL signs the body by Ed25519', async () => {
  const { request, text, body, sent } = await received('ghl', { contact: 'contact-1' })
  expect(request.url).toBe('http://127.0.0.1:3000/api/webhooks/ghl')
  expect(body).toEqual({
    webhookId: sent.eventId,
    type: 'ContactUpdate',
    locationId: 'sandbox-location',
    timestamp: '2026-06-01T12:00:00.250Z',
    data: { contactId: 'contact-1', sequence: 1 },
  })
  // The other way round than the sandbox: the key comes as a JWK, from the 32 bytes that the service is given.
  const x = Buffer.from(ghlPublicKeyForTheService, 'base64').toString('base64url')
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
  const signature = Buffer.from(request.headers.get('x-ghl-signature') ?? '', 'base64')
  expect(verify(null, Buffer.from(text), key, signature)).toBe(true)
  expect(verify(null, Buffer.from(`${text} `), key, signature)).toBe(false)
})

/** Made by OpenSSL of the SHA-256 of "sandbox-ghl-webhook" as the private key. */
const ghlPublicKeyForTheService = 'v2m4ekAH7EArJBLgtBvyKrW406NRqWHQfCk5I2HcE7s='

it('Aloware signs the body by HMAC, in hex', async () => {
  const { request, text, body, sent } = await received('aloware', {
    type: 'sms-failed',
    contact: '17',
    data: { external_id: 'text-1' },
  })
  expect(body).toEqual({
    id: sent.eventId,
    event: 'sms-failed',
    occurred_at: '2026-06-01T12:00:00.250Z',
    contact: { id: '17' },
    body: { external_id: 'text-1' },
    sequence: 1,
  })
  expect(request.headers.get('x-aloware-signature')).toBe(hmac('sandbox-aloware-webhook', text).toString('hex'))
})

it('Verity signs the time and the body', async () => {
  const { request, text, body, sent } = await received('verity', { contact: 'r1', data: { broadcastId: 'bc_1' } })
  expect(body).toEqual({
    eventId: sent.eventId,
    type: 'broadcast.delivered',
    broadcastId: 'bc_1',
    recipientId: 'r1',
    occurredAt: '2026-06-01T12:00:00.250Z',
    sequence: 1,
  })
  const t = Math.floor(time / 1_000)
  const v1 = hmac('sandbox-verity-webhook', `${t}.${text}`).toString('hex')
  expect(request.headers.get('x-verity-signature')).toBe(`t=${t},v1=${v1}`)
})

it('Google signs a token for the audience, with its published keys', async () => {
  const { sandbox, request, body, sent } = await received('gmail')
  expect(body).toMatchObject({
    message: { messageId: sent.eventId, publishTime: '2026-06-01T12:00:00.250Z' },
    subscription: expect.stringMatching(/^projects\//),
  })
  expect(JSON.parse(Buffer.from(body.message.data, 'base64').toString())).toEqual({
    emailAddress: 'office@crm.example',
    historyId: '1002999',
  })
  const token = /^Bearer (.+)$/.exec(request.headers.get('authorization') ?? '')?.[1] ?? ''
  const keys = await sandbox.json<JSONWebKeySet>(sandbox.ask('GET', '/google/certs'))
  const options = { issuer: 'https://accounts.google.com', audience: 'crm-gmail-push', currentDate: new Date(time) }
  const { payload, protectedHeader } = await jwtVerify(token, createLocalJWKSet(keys), options)
  expect([protectedHeader.alg, payload.email_verified]).toEqual(['RS256', true])
})

it('Salesforce signs the body by HMAC, with its name before it', async () => {
  const { request, text, body, sent } = await received('salesforce', { type: 'Opportunity' })
  expect(body).toMatchObject({
    replayId: Number(sent.eventId),
    event: 'Opportunity',
    changeType: 'UPDATE',
    recordIds: [expect.stringMatching(/^006\w{15}$/)],
    sequence: 1,
  })
  const signature = hmac('sandbox-salesforce-webhook', text).toString('hex')
  expect(request.headers.get('x-salesforce-signature')).toBe(`sha256=${signature}`)
})

it('HubSpot signs method, public address, body and time, and sends a list', async () => {
  const { request, text, body, sent } = await received('hubspot', { contact: '10001' })
  expect(body).toEqual([
    {
      eventId: Number(sent.eventId),
      subscriptionType: 'contact.propertyChange',
      objectId: 10_001,
      occurredAt: time,
      portalId: 1_234_567,
      sequence: 1,
    },
  ])
  const signed = `POSThttps://crm.example/api/webhooks/hubspot${text}${time}`
  expect(request.headers.get('x-hubspot-signature-v3')).toBe(hmac('sandbox-hubspot-secret', signed).toString('base64'))
  expect(request.headers.get('x-hubspot-request-timestamp')).toBe(String(time))
})

it('names people whom the provider knows', async () => {
  const { sandbox, sent } = await received('ghl')
  const headers = { Authorization: 'Bearer sandbox-ghl-key', Version: '2021-07-28' }
  expect((await sandbox.ask('GET', `/ghl/contacts/${sent.contactKey}`, undefined, headers)).status).toBe(200)
  const deal = await received('hubspot', { type: 'deal.propertyChange' })
  const path = `/hubspot/crm/v3/objects/deals/${deal.sent.contactKey}`
  const auth = { Authorization: 'Bearer sandbox-hubspot-token' }
  expect((await deal.sandbox.ask('GET', path, undefined, auth)).status).toBe(200)
})
