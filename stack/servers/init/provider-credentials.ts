import { createHash, createPrivateKey, createPublicKey } from 'node:crypto'
import { developmentSecrets, type Secrets } from '../../sandbox/secrets.ts'

/** The sandbox's own variable of each secret. */
const variables = {
  googleSecret: 'SANDBOX_GOOGLE_SECRET',
  googleRefreshToken: 'SANDBOX_GOOGLE_REFRESH_TOKEN',
  billyToken: 'SANDBOX_BILLY_TOKEN',
  ghlKey: 'SANDBOX_GHL_KEY',
  ghlWebhookSeed: 'SANDBOX_GHL_WEBHOOK_SEED',
  alowareToken: 'SANDBOX_ALOWARE_TOKEN',
  alowareWebhookSecret: 'SANDBOX_ALOWARE_WEBHOOK_SECRET',
  verityKey: 'SANDBOX_VERITY_KEY',
  verityWebhookSecret: 'SANDBOX_VERITY_WEBHOOK_SECRET',
  salesforceSecret: 'SANDBOX_SALESFORCE_SECRET',
  salesforceWebhookSecret: 'SANDBOX_SALESFORCE_WEBHOOK_SECRET',
  hubspotToken: 'SANDBOX_HUBSPOT_TOKEN',
  hubspotSecret: 'SANDBOX_HUBSPOT_SECRET',
} as const satisfies Partial<Record<keyof Secrets, string>>

/** What is secret between the CRM and its providers. */
type ProviderSecrets = Readonly<Record<keyof typeof variables, string>>

const names = Object.keys(variables) as (keyof ProviderSecrets)[]

/** Each of them made anew: `makeSecrets((name) => random())`. */
export const makeSecrets = (make: (name: string) => string): ProviderSecrets =>
  Object.fromEntries(names.map((name) => [name, make(name)])) as ProviderSecrets

/** The same as the sandbox reads them. */
export const sandboxVariables = (secrets: ProviderSecrets): Record<string, string> =>
  Object.fromEntries(names.map((name) => [variables[name], secrets[name]]))

/** What opens the sandbox in place of each provider, under the names by which the CRM reads it. */
export const providerCredentials = (secrets: ProviderSecrets = developmentSecrets): Record<string, string> => ({
  GOOGLE_CLIENT_ID: 'crm',
  GOOGLE_CLIENT_SECRET: secrets.googleSecret,
  GOOGLE_REFRESH_TOKEN: secrets.googleRefreshToken,
  BILLY_ACCESS_TOKEN: secrets.billyToken,
  GHL_API_KEY: secrets.ghlKey,
  GHL_LOCATION_ID: 'sandbox-location',
  GHL_WEBHOOK_PUBLIC_KEY: publicKeyOf(secrets.ghlWebhookSeed),
  ALOWARE_API_TOKEN: secrets.alowareToken,
  ALOWARE_WEBHOOK_SECRET: secrets.alowareWebhookSecret,
  VERITY_API_KEY: secrets.verityKey,
  VERITY_WEBHOOK_SECRET: secrets.verityWebhookSecret,
  SALESFORCE_CLIENT_ID: 'crm',
  SALESFORCE_CLIENT_SECRET: secrets.salesforceSecret,
  SALESFORCE_WEBHOOK_SECRET: secrets.salesforceWebhookSecret,
  HUBSPOT_ACCESS_TOKEN: secrets.hubspotToken,
  HUBSPOT_CLIENT_SECRET: secrets.hubspotSecret,
})

/** Base64 of the Ed25519 key with which webhooks are verified that are signed with the key of this seed. */
function publicKeyOf(words: string): string {
  const seed = createHash('sha256').update(words).digest()
  // The fixed head of an Ed25519 key in PKCS #8 (RFC 8410, 7), then its 32 bytes.
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed])
  const { x } = createPublicKey(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })).export({ format: 'jwk' })
  return Buffer.from(x ?? '', 'base64url').toString('base64')
}
