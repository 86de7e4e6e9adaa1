import { createHash, createPrivateKey, createPublicKey } from 'node:crypto'
import { z } from 'zod'

/** Settings of the outside world: addresses, credentials, and the secrets by which its webhooks are known. */

/** An http(s) address, without a slash at the end. The problem never shows the value: it may hold a secret. */
export const httpUrl = (example: string) =>
  z
    .url({ protocol: /^https?$/, error: `must be an http(s) address. Example: ${example}` })
    .transform((url) => url.replace(/\/+$/, ''))

/** The sandbox's, for development: nothing there is worth stealing. Elsewhere a provider without credentials is "not configured". */
export const sandboxCredentials = {
  GOOGLE_CLIENT_ID: 'crm',
  GOOGLE_CLIENT_SECRET: 'sandbox-google-secret',
  GOOGLE_REFRESH_TOKEN: 'sandbox-refresh-token',
  GOOGLE_TOKEN_URL: 'http://127.0.0.1:4000/google/token',
  GOOGLE_JWKS_URL: 'http://127.0.0.1:4000/google/certs',
  GMAIL_BASE_URL: 'http://127.0.0.1:4000/gmail',
  GOOGLE_CALENDAR_BASE_URL: 'http://127.0.0.1:4000/calendar/v3',
  BILLY_BASE_URL: 'http://127.0.0.1:4000/billy/v2',
  BILLY_ACCESS_TOKEN: 'sandbox-billy-token',
  GHL_BASE_URL: 'http://127.0.0.1:4000/ghl',
  GHL_API_KEY: 'sandbox-ghl-key',
  GHL_LOCATION_ID: 'sandbox-location',
  GHL_WEBHOOK_PUBLIC_KEY: sandboxGhlKey(),
  ALOWARE_BASE_URL: 'http://127.0.0.1:4000/aloware/api/v1',
  ALOWARE_API_TOKEN: 'sandbox-aloware-token',
  ALOWARE_WEBHOOK_SECRET: 'sandbox-aloware-webhook',
  VERITY_BASE_URL: 'http://127.0.0.1:4000/verity/api',
  VERITY_API_KEY: 'sandbox-verity-key',
  VERITY_WEBHOOK_SECRET: 'sandbox-verity-webhook',
  SALESFORCE_BASE_URL: 'http://127.0.0.1:4000/salesforce',
  SALESFORCE_CLIENT_ID: 'crm',
  SALESFORCE_CLIENT_SECRET: 'sandbox-salesforce-secret',
  SALESFORCE_WEBHOOK_SECRET: 'sandbox-salesforce-webhook',
  HUBSPOT_BASE_URL: 'http://127.0.0.1:4000/hubspot',
  HUBSPOT_ACCESS_TOKEN: 'sandbox-hubspot-token',
  HUBSPOT_CLIENT_SECRET: 'sandbox-hubspot-secret',
  SMTP_URL: 'smtp://127.0.0.1:4025',
} as const

/** The public half of the key with which the sandbox signs GHL's webhooks: it makes the pair from the same words. */
function sandboxGhlKey(): string {
  const seed = createHash('sha256').update('sandbox-ghl-webhook').digest()
  // The fixed head of an Ed25519 key in PKCS #8 (RFC 8410, 7), then its 32 bytes.
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed])
  const { x } = createPublicKey(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })).export({ format: 'jwk' })
  return Buffer.from(x ?? '', 'base64url').toString('base64')
}

const text = z.string().optional()
const url = (name: string, real: string) => httpUrl(`${name}=${real}`).default(real)

/** The addresses are the providers' own unless they are set. */
export const outsideVariables = z.object({
  GOOGLE_CLIENT_ID: text,
  GOOGLE_CLIENT_SECRET: text,
  GOOGLE_REFRESH_TOKEN: text,
  GOOGLE_TOKEN_URL: url('GOOGLE_TOKEN_URL', 'https://oauth2.googleapis.com/token'),
  GOOGLE_JWKS_URL: url('GOOGLE_JWKS_URL', 'https://www.googleapis.com/oauth2/v3/certs'),
  GMAIL_BASE_URL: url('GMAIL_BASE_URL', 'https://gmail.googleapis.com'),
  GMAIL_WEBHOOK_AUDIENCE: z.string().default('crm-gmail-push'),
  GOOGLE_CALENDAR_BASE_URL: url('GOOGLE_CALENDAR_BASE_URL', 'https://www.googleapis.com/calendar/v3'),
  GOOGLE_CALENDAR_ID: z.string().default('primary'),
  BILLY_BASE_URL: url('BILLY_BASE_URL', 'https://api.billysbilling.com/v2'),
  BILLY_ACCESS_TOKEN: text,
  GHL_BASE_URL: url('GHL_BASE_URL', 'https://services.leadconnectorhq.com'),
  GHL_API_KEY: text,
  GHL_LOCATION_ID: text,
  GHL_WEBHOOK_PUBLIC_KEY: text,
  ALOWARE_BASE_URL: url('ALOWARE_BASE_URL', 'https://app.aloware.com/api/v1'),
  ALOWARE_API_TOKEN: text,
  ALOWARE_WEBHOOK_SECRET: text,
  VERITY_BASE_URL: httpUrl('VERITY_BASE_URL=https://verity.example/api').optional(),
  VERITY_API_KEY: text,
  VERITY_WEBHOOK_SECRET: text,
  SALESFORCE_BASE_URL: httpUrl('SALESFORCE_BASE_URL=https://example.my.salesforce.com').optional(),
  SALESFORCE_CLIENT_ID: text,
  SALESFORCE_CLIENT_SECRET: text,
  SALESFORCE_WEBHOOK_SECRET: text,
  HUBSPOT_BASE_URL: url('HUBSPOT_BASE_URL', 'https://api.hubapi.com'),
  HUBSPOT_ACCESS_TOKEN: text,
  HUBSPOT_CLIENT_SECRET: text,
  SMTP_URL: z
    .url({
      protocol: /^smtps?$/,
      error: 'must be an SMTP address. Example: SMTP_URL=smtps://user:password@mail.example',
    })
    .optional(),
  EMAIL_FROM: z
    .email({ error: 'must be an e-mail address. Example: EMAIL_FROM=crm@crm.example' })
    .default('crm@crm.example'),
})

type OutsideVariables = z.infer<typeof outsideVariables>

/** `undefined` credentials: the provider is not configured. */
export const outsideOf = (read: OutsideVariables) => ({
  google: {
    clientId: read.GOOGLE_CLIENT_ID,
    clientSecret: read.GOOGLE_CLIENT_SECRET,
    refreshToken: read.GOOGLE_REFRESH_TOKEN,
    tokenUrl: read.GOOGLE_TOKEN_URL,
    jwksUrl: read.GOOGLE_JWKS_URL,
    gmailBaseUrl: read.GMAIL_BASE_URL,
    webhookAudience: read.GMAIL_WEBHOOK_AUDIENCE,
    calendarBaseUrl: read.GOOGLE_CALENDAR_BASE_URL,
    calendarId: read.GOOGLE_CALENDAR_ID,
  },
  billy: { baseUrl: read.BILLY_BASE_URL, accessToken: read.BILLY_ACCESS_TOKEN },
  ghl: {
    baseUrl: read.GHL_BASE_URL,
    apiKey: read.GHL_API_KEY,
    locationId: read.GHL_LOCATION_ID,
    /** Base64 of the 32 bytes of an Ed25519 key. */
    webhookPublicKey: read.GHL_WEBHOOK_PUBLIC_KEY,
  },
  aloware: {
    baseUrl: read.ALOWARE_BASE_URL,
    apiToken: read.ALOWARE_API_TOKEN,
    webhookSecret: read.ALOWARE_WEBHOOK_SECRET,
  },
  verity: { baseUrl: read.VERITY_BASE_URL, apiKey: read.VERITY_API_KEY, webhookSecret: read.VERITY_WEBHOOK_SECRET },
  salesforce: {
    baseUrl: read.SALESFORCE_BASE_URL,
    clientId: read.SALESFORCE_CLIENT_ID,
    clientSecret: read.SALESFORCE_CLIENT_SECRET,
    webhookSecret: read.SALESFORCE_WEBHOOK_SECRET,
  },
  hubspot: {
    baseUrl: read.HUBSPOT_BASE_URL,
    accessToken: read.HUBSPOT_ACCESS_TOKEN,
    clientSecret: read.HUBSPOT_CLIENT_SECRET,
  },
  smtp: { url: read.SMTP_URL, from: read.EMAIL_FROM },
})

export type OutsideConfig = ReturnType<typeof outsideOf>
