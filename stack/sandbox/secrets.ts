/** What the service shows to each provider, and what the sandbox signs its webhooks with. */
export interface Secrets {
  readonly googleSecret: string
  readonly googleRefreshToken: string
  readonly billyToken: string
  readonly ghlKey: string
  readonly alowareToken: string
  readonly verityKey: string
  readonly salesforceSecret: string
  readonly hubspotToken: string
  /** GHL signs with the Ed25519 key whose seed is the SHA-256 of this. */
  readonly ghlWebhookSeed: string
  readonly alowareWebhookSecret: string
  readonly verityWebhookSecret: string
  readonly salesforceWebhookSecret: string
  readonly hubspotSecret: string
  /** For whom Google says that its pushes are. */
  readonly gmailAudience: string
}

/** Where nothing else is set: they open nothing but the sandbox. */
export const developmentSecrets: Secrets = {
  googleSecret: 'sandbox-google-secret',
  googleRefreshToken: 'sandbox-refresh-token',
  billyToken: 'sandbox-billy-token',
  ghlKey: 'sandbox-ghl-key',
  alowareToken: 'sandbox-aloware-token',
  verityKey: 'sandbox-verity-key',
  salesforceSecret: 'sandbox-salesforce-secret',
  hubspotToken: 'sandbox-hubspot-token',
  ghlWebhookSeed: 'sandbox-ghl-webhook',
  alowareWebhookSecret: 'sandbox-aloware-webhook',
  verityWebhookSecret: 'sandbox-verity-webhook',
  salesforceWebhookSecret: 'sandbox-salesforce-webhook',
  hubspotSecret: 'sandbox-hubspot-secret',
  gmailAudience: 'crm-gmail-push',
}
