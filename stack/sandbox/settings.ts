import { z } from 'zod'
import { type Secrets, developmentSecrets as secrets } from './secrets.ts'

const list = z.string().transform((text) => text.split(',').flatMap((item) => item.trim() || []))

const address = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, ''))

const variables = z.object({
  SANDBOX_PORT: z.coerce.number().int().min(0).max(65_535).default(4000),
  /** E-mail for everybody; 0 lets the system choose. */
  SANDBOX_SMTP_PORT: z.coerce.number().int().min(0).max(65_535).default(4025),
  /** E-mail from Alertmanager, which ends in the inbox and never fails on purpose; none without it. */
  SANDBOX_ALERT_SMTP_PORT: z.coerce.number().int().min(0).max(65_535).optional(),
  /** How long the dead man's switch may be silent before that is an alarm. */
  SANDBOX_HEARTBEAT_LIMIT_SECONDS: z.coerce.number().min(1).max(86_400).default(180),
  SANDBOX_HOST: z.string().default('127.0.0.1'),
  /** Where browsers reach it, where that is not the address that the service uses: in containers. */
  SANDBOX_URL: address.optional(),
  /** Where webhooks go, with `/api/webhooks/<source>` behind it; `none` for nowhere until one is set. */
  SANDBOX_WEBHOOK_TARGET: z
    .union([z.literal('none'), address], { error: 'an http(s) address, or none' })
    .default('http://127.0.0.1:3000'),
  /** As the service calls itself, where that is not the target: HubSpot signs it. */
  SANDBOX_WEBHOOK_PUBLIC_URL: address.optional(),
  SANDBOX_CLIENT_ID: z.string().default('crm'),
  SANDBOX_CLIENT_SECRET: z.string().default('sandbox-client-secret'),
  SANDBOX_REDIRECT_URIS: list.default([]),
  SANDBOX_GOOGLE_SECRET: z.string().default(secrets.googleSecret),
  SANDBOX_GOOGLE_REFRESH_TOKEN: z.string().default(secrets.googleRefreshToken),
  SANDBOX_GMAIL_AUDIENCE: z.string().default(secrets.gmailAudience),
  SANDBOX_BILLY_TOKEN: z.string().default(secrets.billyToken),
  SANDBOX_GHL_KEY: z.string().default(secrets.ghlKey),
  SANDBOX_GHL_WEBHOOK_SEED: z.string().default(secrets.ghlWebhookSeed),
  SANDBOX_ALOWARE_TOKEN: z.string().default(secrets.alowareToken),
  SANDBOX_ALOWARE_WEBHOOK_SECRET: z.string().default(secrets.alowareWebhookSecret),
  SANDBOX_VERITY_KEY: z.string().default(secrets.verityKey),
  SANDBOX_VERITY_WEBHOOK_SECRET: z.string().default(secrets.verityWebhookSecret),
  SANDBOX_SALESFORCE_SECRET: z.string().default(secrets.salesforceSecret),
  SANDBOX_SALESFORCE_WEBHOOK_SECRET: z.string().default(secrets.salesforceWebhookSecret),
  SANDBOX_HUBSPOT_TOKEN: z.string().default(secrets.hubspotToken),
  SANDBOX_HUBSPOT_SECRET: z.string().default(secrets.hubspotSecret),
})

export type Settings = z.output<typeof variables>

/** Reads the environment; an empty variable counts as unset. @throws Error naming every bad variable */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const result = variables.safeParse(Object.fromEntries(Object.entries(env).filter(([, value]) => value !== '')))
  if (result.success) return result.data
  const lines = result.error.issues.map(({ path, message }) => `  ${path.join('.')}  ${message}`)
  throw new Error(`The sandbox's settings cannot be used:\n${lines.join('\n')}`)
}

export const secretsOf = (settings: Settings): Secrets => ({
  googleSecret: settings.SANDBOX_GOOGLE_SECRET,
  googleRefreshToken: settings.SANDBOX_GOOGLE_REFRESH_TOKEN,
  gmailAudience: settings.SANDBOX_GMAIL_AUDIENCE,
  billyToken: settings.SANDBOX_BILLY_TOKEN,
  ghlKey: settings.SANDBOX_GHL_KEY,
  ghlWebhookSeed: settings.SANDBOX_GHL_WEBHOOK_SEED,
  alowareToken: settings.SANDBOX_ALOWARE_TOKEN,
  alowareWebhookSecret: settings.SANDBOX_ALOWARE_WEBHOOK_SECRET,
  verityKey: settings.SANDBOX_VERITY_KEY,
  verityWebhookSecret: settings.SANDBOX_VERITY_WEBHOOK_SECRET,
  salesforceSecret: settings.SANDBOX_SALESFORCE_SECRET,
  salesforceWebhookSecret: settings.SANDBOX_SALESFORCE_WEBHOOK_SECRET,
  hubspotToken: settings.SANDBOX_HUBSPOT_TOKEN,
  hubspotSecret: settings.SANDBOX_HUBSPOT_SECRET,
})

export const targetOf = ({ SANDBOX_WEBHOOK_TARGET: url, SANDBOX_WEBHOOK_PUBLIC_URL: publicUrl }: Settings) =>
  url === 'none' ? undefined : { url, publicUrl }
