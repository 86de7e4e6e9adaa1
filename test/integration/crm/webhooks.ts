import { createHash, createHmac, createPrivateKey, sign } from 'node:crypto'
import type { EventSource } from '../../../app/db/schema-webhooks.ts'

/** A webhook as its provider sends it. Written by hand after the providers' documentation, not after our own checks. */
export interface Webhook {
  readonly path: string
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
}

const hmac = (secret: string, text: string, encoding: 'hex' | 'base64' = 'hex'): string =>
  createHmac('sha256', secret).update(text).digest(encoding)

const ghlKey = createPrivateKey({
  key: Buffer.concat([
    Buffer.from('302e020100300506032b657004220420', 'hex'),
    createHash('sha256').update('sandbox-ghl-webhook').digest(),
  ]),
  format: 'der',
  type: 'pkcs8',
})

/** The headers by which each source proves who it is, with the secrets of development. */
const signatures: Record<Exclude<EventSource, 'gmail'>, (body: string, at: number) => Record<string, string>> = {
  ghl: (body) => ({ 'x-ghl-signature': sign(null, Buffer.from(body), ghlKey).toString('base64') }),
  aloware: (body) => ({ 'x-aloware-signature': hmac('sandbox-aloware-webhook', body) }),
  verity: (body, at) => {
    const seconds = Math.floor(at / 1_000)
    return { 'x-verity-signature': `t=${seconds},v1=${hmac('sandbox-verity-webhook', `${seconds}.${body}`)}` }
  },
  salesforce: (body) => ({ 'x-salesforce-signature': `sha256=${hmac('sandbox-salesforce-webhook', body)}` }),
  hubspot: (body, at) => {
    const signed = `POSThttp://127.0.0.1:3000/api/webhooks/hubspot${body}${at}`
    return {
      'x-hubspot-signature-v3': hmac('sandbox-hubspot-secret', signed, 'base64'),
      'x-hubspot-request-timestamp': String(at),
    }
  },
}

/** @param at when it was signed, in milliseconds */
export const signedWebhook = (
  source: Exclude<EventSource, 'gmail'>,
  content: unknown,
  at: number = Date.now(),
): Webhook => {
  const body = typeof content === 'string' ? content : JSON.stringify(content)
  return {
    path: `/api/webhooks/${source}`,
    body,
    headers: { 'content-type': 'application/json', ...signatures[source](body, at) },
  }
}
