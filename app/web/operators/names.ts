import type { WebhookStatus } from '../../db/schema-webhooks.ts'
import type { QueueName } from '../../telemetry/jobs.ts'
import { say, type Text } from '../language.ts'
import type { Tone } from '../ui/card.tsx'

/** What the work of each queue is called. */
const queueTitles: Readonly<Record<QueueName, Text>> = {
  'contact-enrichment': { en: 'Enriching contacts', da: 'Berigelse af kontakter' },
  'search-indexing': { en: 'Search index', da: 'Søgeindeks' },
  'integration-scheduling': { en: 'Scheduling of integrations', da: 'Planlægning af integrationer' },
  'webhook-processing': { en: 'Webhooks', da: 'Webhooks' },
  'lead-workflow': { en: 'Workflow of leads', da: 'Forløb for emner' },
  'invoice-creation': { en: 'Invoices', da: 'Fakturaer' },
  'calendar-sync': { en: 'Calendar', da: 'Kalender' },
  'email-sync': { en: 'E-mail sync', da: 'Synkronisering af e-mail' },
  'email-sending': { en: 'Sending e-mail', da: 'Afsendelse af e-mail' },
  'text-sending': { en: 'Sending texts', da: 'Afsendelse af sms' },
  'broadcast-sending': { en: 'Sending broadcasts', da: 'Afsendelse af masseudsendelser' },
  'contact-export': { en: 'Contacts to GHL', da: 'Kontakter til GHL' },
  retention: { en: 'Removing what is old', da: 'Oprydning' },
  backup: { en: 'Backup', da: 'Sikkerhedskopi' },
  'integration-sync': { en: 'Sync of integrations', da: 'Synkronisering af integrationer' },
}

/** As people call them; names are the same in every language. */
const systemTitles: Readonly<Record<string, string>> = {
  gmail: 'Gmail',
  google_calendar: 'Google Calendar',
  billy: 'Billy',
  ghl: 'GHL',
  aloware: 'Aloware',
  verity: 'Verity',
  salesforce: 'Salesforce',
  hubspot: 'HubSpot',
  smtp: 'SMTP',
  enrichment: 'enrichment',
}

/** Kinds of error: what a person would do about each differs. */
const errorKinds: Readonly<Record<string, Text>> = {
  timeout: { en: 'took too long', da: 'tog for lang tid' },
  dependency_unavailable: { en: 'a system was away', da: 'et system var væk' },
  rate_limited: { en: 'asked to wait (rate limit)', da: 'bad os vente (for mange kald)' },
  invalid_data: { en: 'data was not valid', da: 'ugyldige data' },
  not_found: { en: 'not found', da: 'ikke fundet' },
  unauthorized: { en: 'credentials were refused', da: 'adgang nægtet' },
  internal: { en: 'an error of ours', da: 'en fejl hos os' },
  worker_ended: { en: 'the worker ended while at it', da: 'arbejderen stoppede undervejs' },
}

const eventStatuses: Readonly<Record<WebhookStatus, { readonly text: Text; readonly tone: Tone }>> = {
  pending: { text: { en: 'pending', da: 'afventer' }, tone: 'warn' },
  processed: { text: { en: 'processed', da: 'behandlet' }, tone: 'good' },
  error: { text: { en: 'failed', da: 'fejlet' }, tone: 'bad' },
  quarantined: { text: { en: 'quarantined', da: 'i karantæne' }, tone: 'off' },
}

const groupStatuses: Readonly<Record<'open' | 'resolved', { readonly text: Text; readonly tone: Tone }>> = {
  open: { text: { en: 'open', da: 'åben' }, tone: 'bad' },
  resolved: { text: { en: 'resolved', da: 'løst' }, tone: 'good' },
}

export const queueTitle = (name: string): string => {
  const title = queueTitles[name as QueueName]
  return title ? say(title) : name
}

export const systemTitle = (name: string): string => systemTitles[name] ?? name

/** A kind of error in words, or as it is where it is none of ours. */
export const errorKind = (kind: string): string => {
  const known = errorKinds[kind]
  return known ? say(known) : kind
}

export const eventStatus = (status: WebhookStatus): { readonly word: string; readonly tone: Tone } => ({
  word: say(eventStatuses[status].text),
  tone: eventStatuses[status].tone,
})

export const groupStatus = (status: 'open' | 'resolved'): { readonly word: string; readonly tone: Tone } => ({
  word: say(groupStatuses[status].text),
  tone: groupStatuses[status].tone,
})
