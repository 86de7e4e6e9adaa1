import { createHmac, createPublicKey, type KeyObject, timingSafeEqual, verify } from 'node:crypto'
import type { Config } from '../../config.ts'
import type { EventSource } from '../../db/schema-webhooks.ts'
import { bearerToken } from '../../http/credentials.ts'
import { pushTokens } from './push-tokens.ts'

/** What a signature is about: the bytes as they came, not what they mean. */
export interface SignedRequest {
  readonly body: Buffer
  /** Path and query. */
  readonly path: string
  header(name: string): string | undefined
}

/** Whether the sender is who it says. Without a key of its own a source is not configured, and nobody is. */
export type SignatureCheck = (request: SignedRequest) => boolean | Promise<boolean>

/** How old a signed time may be: longer than any delivery takes, short enough that a copy is of no use for long. */
const toleranceMs = 5 * 60_000

const nobody: SignatureCheck = () => false

/** Compares a signature byte by byte in constant time. Its length is no secret. */
const same = (given: Buffer, expected: Buffer): boolean =>
  given.length === expected.length && timingSafeEqual(given, expected)

const hmac = (secret: string, ...parts: (string | Buffer)[]): Buffer => {
  const mac = createHmac('sha256', secret)
  for (const part of parts) mac.update(part)
  return mac.digest()
}

/** Only what is spelled as it should be: `Buffer.from` ignores what it cannot read. */
const hex = (text: string): Buffer => Buffer.from(/^[0-9a-f]{64}$/i.test(text) ? text : '', 'hex')
const base64 = (text: string): Buffer => Buffer.from(/^[A-Za-z0-9+/]+={0,2}$/.test(text) ? text : '', 'base64')

const isRecent = (timeMs: number, now: number): boolean => Math.abs(now - timeMs) <= toleranceMs

/** GHL: Ed25519 over the body. */
const ghl = (publicKey: string): SignatureCheck => {
  let key: KeyObject | undefined
  return ({ body, header }) => {
    key ??= createPublicKey({
      key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(publicKey, 'base64').toString('base64url') },
      format: 'jwk',
    })
    const signature = base64(header('x-ghl-signature') ?? '')
    return signature.length === 64 && verify(null, body, key, signature)
  }
}

const aloware =
  (secret: string): SignatureCheck =>
  ({ body, header }) =>
    same(hex(header('x-aloware-signature') ?? ''), hmac(secret, body))

/** Verity: `t=<seconds>,v1=<hex>` over `<seconds>.<body>`. */
const verity =
  (secret: string, now: () => number): SignatureCheck =>
  ({ body, header }) => {
    const [, seconds = '', signature = ''] =
      /^t=(\d{1,12}),v1=([0-9a-f]{64})$/i.exec(header('x-verity-signature') ?? '') ?? []
    return same(hex(signature), hmac(secret, `${seconds}.`, body)) && isRecent(Number(seconds) * 1_000, now())
  }

const salesforce =
  (secret: string): SignatureCheck =>
  ({ body, header }) => {
    const [, signature = ''] = /^sha256=([0-9a-f]{64})$/i.exec(header('x-salesforce-signature') ?? '') ?? []
    return same(hex(signature), hmac(secret, body))
  }

/** HubSpot (v3): method, address, body and time in one. */
const hubspot =
  (secret: string, publicUrl: string, now: () => number): SignatureCheck =>
  ({ body, path, header }) => {
    const time = header('x-hubspot-request-timestamp') ?? ''
    if (!/^\d{1,15}$/.test(time)) return false
    const expected = hmac(secret, `POST${publicUrl}${path}`, body, time)
    return same(base64(header('x-hubspot-signature-v3') ?? ''), expected) && isRecent(Number(time), now())
  }

/** Gmail: Google's Pub/Sub signs no body, it brings a token of Google's. */
const gmail = (config: Config['outside']['google']): SignatureCheck => {
  const isGoogles = pushTokens(config)
  return ({ header }) => {
    const token = bearerToken(header('authorization'))
    return token !== undefined && isGoogles(token)
  }
}

/** The check of each source, with the keys of the settings. */
export const signatureChecks = (
  { outside, publicUrl }: Pick<Config, 'outside' | 'publicUrl'>,
  now: () => number = Date.now,
): Readonly<Record<EventSource, SignatureCheck>> => {
  const withKey = (key: string | undefined, check: (key: string) => SignatureCheck): SignatureCheck =>
    key === undefined ? nobody : check(key)
  return {
    ghl: withKey(outside.ghl.webhookPublicKey, ghl),
    aloware: withKey(outside.aloware.webhookSecret, aloware),
    verity: withKey(outside.verity.webhookSecret, (secret) => verity(secret, now)),
    gmail: gmail(outside.google),
    salesforce: withKey(outside.salesforce.webhookSecret, salesforce),
    hubspot: withKey(outside.hubspot.clientSecret, (secret) => hubspot(secret, publicUrl, now)),
  }
}
