import { createHash, createHmac, createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto'
import type { Secrets } from '../secrets.ts'
import type { Source } from './event.ts'

/** What is signed: the exact bytes that are sent, where, and when. */
export interface Outgoing {
  readonly body: string
  /** As the receiver calls itself, which is what HubSpot signs. */
  readonly publicUrl: string
  /** Milliseconds since 1970. */
  readonly time: number
}

type Signer = (outgoing: Outgoing) => Record<string, string> | Promise<Record<string, string>>

const hmac = (secret: string, text: string, encoding: 'hex' | 'base64'): string =>
  createHmac('sha256', secret).update(text).digest(encoding)

/** The headers by which each provider's webhooks are known to be its own. */
export function signers(secrets: Secrets, pushToken: (audience: string) => Promise<string>): Record<Source, Signer> {
  const ghlKey = ghlPrivateKey(secrets.ghlWebhookSeed)
  return {
    ghl: ({ body }) => ({ 'X-GHL-Signature': sign(null, Buffer.from(body), ghlKey).toString('base64') }),
    aloware: ({ body }) => ({ 'X-Aloware-Signature': hmac(secrets.alowareWebhookSecret, body, 'hex') }),
    verity: ({ body, time }) => {
      const t = Math.floor(time / 1_000)
      return { 'X-Verity-Signature': `t=${t},v1=${hmac(secrets.verityWebhookSecret, `${t}.${body}`, 'hex')}` }
    },
    gmail: async () => ({ Authorization: `Bearer ${await pushToken(secrets.gmailAudience)}` }),
    salesforce: ({ body }) => ({
      'X-Salesforce-Signature': `sha256=${hmac(secrets.salesforceWebhookSecret, body, 'hex')}`,
    }),
    hubspot: ({ body, publicUrl, time }) => ({
      'X-HubSpot-Signature-v3': hmac(secrets.hubspotSecret, `POST${publicUrl}${body}${time}`, 'base64'),
      'X-HubSpot-Request-Timestamp': String(time),
    }),
  }
}

/** What stands before the 32 bytes of an Ed25519 key in PKCS #8 (RFC 8410, 7). */
const pkcs8 = Buffer.from('302e020100300506032b657004220420', 'hex')

/** The same key at every start: its seed is the SHA-256 of that text. */
const ghlPrivateKey = (seed: string): KeyObject =>
  createPrivateKey({
    key: Buffer.concat([pkcs8, createHash('sha256').update(seed).digest()]),
    format: 'der',
    type: 'pkcs8',
  })

/** The 32 raw bytes of the public key, in base64. */
export const ghlPublicKey = (seed: string): string =>
  createPublicKey(ghlPrivateKey(seed)).export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64')
