import type { OutsideConfig } from '../config-outside.ts'
import type { Database } from '../db/database.ts'
import { createAloware } from './aloware.ts'
import { createBilly } from './billy.ts'
import type { Client, ClientOptions } from './client.ts'
import { createGhl } from './ghl.ts'
import { createGmail } from './gmail.ts'
import { googleCredentials } from './google.ts'
import { createCalendar } from './google-calendar.ts'
import { createHubspot } from './hubspot.ts'
import { createMailer } from './mailer.ts'
import type { Outside, ProviderName } from './outside.ts'
import type { Policy } from './policy.ts'
import { reachability } from './reachable.ts'
import { createSalesforce } from './salesforce.ts'
import { type StatusWriter, writeStatus } from './status.ts'
import { createVerity } from './verity.ts'

export interface OutsideOptions {
  /** Where `provider_status` is kept; undefined: nowhere. */
  readonly db?: Database | undefined
  readonly policy?: Partial<Policy> | undefined
}

/** Which of the variables that a provider needs are not set. */
const missingOf = (config: OutsideConfig): Readonly<Record<ProviderName, readonly string[]>> => {
  const unset = (needed: Readonly<Record<string, string | undefined>>): string[] =>
    Object.keys(needed).filter((variable) => needed[variable] === undefined)
  const { google, billy, ghl, aloware, verity, salesforce, hubspot, smtp } = config
  const googleNeeds = unset({
    GOOGLE_CLIENT_ID: google.clientId,
    GOOGLE_CLIENT_SECRET: google.clientSecret,
    GOOGLE_REFRESH_TOKEN: google.refreshToken,
  })
  return {
    gmail: googleNeeds,
    google_calendar: googleNeeds,
    billy: unset({ BILLY_ACCESS_TOKEN: billy.accessToken }),
    ghl: unset({ GHL_API_KEY: ghl.apiKey, GHL_LOCATION_ID: ghl.locationId }),
    aloware: unset({ ALOWARE_API_TOKEN: aloware.apiToken }),
    verity: unset({ VERITY_BASE_URL: verity.baseUrl, VERITY_API_KEY: verity.apiKey }),
    salesforce: unset({
      SALESFORCE_BASE_URL: salesforce.baseUrl,
      SALESFORCE_CLIENT_ID: salesforce.clientId,
      SALESFORCE_CLIENT_SECRET: salesforce.clientSecret,
    }),
    hubspot: unset({ HUBSPOT_ACCESS_TOKEN: hubspot.accessToken }),
    smtp: unset({ SMTP_URL: smtp.url }),
  }
}

/** The clients of the outside world. Nothing is asked before the first call. */
export const createOutside = (config: OutsideConfig, { db, policy }: OutsideOptions = {}): Outside => {
  const missing = missingOf(config)
  const writers: StatusWriter[] = []

  /** A client whose state is written down after each request. */
  const watched = <Api>(provider: ProviderName, create: (options: ClientOptions) => Client<Api>) => {
    let writer: StatusWriter | undefined
    const client = create({
      policy,
      missing: missing[provider],
      onState: (isUrgent) => writer?.note(isUrgent),
    })
    if (db) {
      writer = writeStatus(db, provider, client.adapter.state, client.adapter.waitUntil)
      writers.push(writer)
    }
    return { ...client, isReachable: reachability({ probe: client.probe, state: client.adapter.state }) }
  }

  const credentialsOf = googleCredentials(config.google)
  const clients = {
    gmail: watched('gmail', (options) => createGmail(config.google, credentialsOf, options)),
    google_calendar: watched('google_calendar', (options) => createCalendar(config.google, credentialsOf, options)),
    billy: watched('billy', (options) => createBilly(config.billy, options)),
    ghl: watched('ghl', (options) => createGhl(config.ghl, options)),
    aloware: watched('aloware', (options) => createAloware(config.aloware, options)),
    verity: watched('verity', (options) => createVerity(config.verity, options)),
    salesforce: watched('salesforce', (options) => createSalesforce(config.salesforce, options)),
    hubspot: watched('hubspot', (options) => createHubspot(config.hubspot, options)),
    smtp: watched('smtp', (options) => createMailer(config.smtp, options)),
  } satisfies Record<ProviderName, unknown>

  const isConfigured = (provider: ProviderName): boolean => missing[provider].length === 0
  return {
    gmail: clients.gmail.api,
    calendar: clients.google_calendar.api,
    billy: clients.billy.api,
    ghl: clients.ghl.api,
    salesforce: clients.salesforce.api,
    hubspot: clients.hubspot.api,
    aloware: clients.aloware.api,
    verity: clients.verity.api,
    mailer: clients.smtp.api,
    isConfigured,
    reachable: async (provider, limitMs, oldestMs) =>
      isConfigured(provider) && (await clients[provider].isReachable(limitMs, oldestMs)),
    state: (provider) => clients[provider].adapter.state(),
    close: async () => {
      for (const writer of writers) writer.stop()
      for (const { adapter } of Object.values(clients)) adapter.close()
    },
  }
}
