import type { BadgeName, BadgeState } from '../../live/messages.ts'
import type { Text } from '../language.ts'
import type { Tone } from '../ui/card.tsx'

/** What people call the things that the badges stand for. */
export const badgeNames = {
  database: { en: 'Database', da: 'Database' },
  job_queue: { en: 'Job queue', da: 'Jobkø' },
  cache: { en: 'Cache', da: 'Cache' },
  search: { en: 'Search', da: 'Søgning' },
  gmail: { en: 'Gmail', da: 'Gmail' },
  google_calendar: { en: 'Calendar', da: 'Kalender' },
  billy: { en: 'Billy', da: 'Billy' },
  ghl: { en: 'GHL', da: 'GHL' },
  aloware: { en: 'Aloware', da: 'Aloware' },
  verity: { en: 'Verity', da: 'Verity' },
  salesforce: { en: 'Salesforce', da: 'Salesforce' },
  hubspot: { en: 'HubSpot', da: 'HubSpot' },
  smtp: { en: 'E-mail out', da: 'Udgående e-mail' },
} as const satisfies Record<BadgeName, Text>

/** What cannot be done while it is away. */
export const purposes = {
  database: {
    en: 'Holds all data. Without it nothing can be read or saved.',
    da: 'Her ligger alle data. Uden den kan intet læses eller gemmes.',
  },
  job_queue: { en: 'Work that is done in the background.', da: 'Arbejde, der gøres i baggrunden.' },
  cache: {
    en: 'Makes pages quicker. Everything works without it, only slower.',
    da: 'Gør siderne hurtigere. Alt virker uden, blot langsommere.',
  },
  search: { en: 'Finds contacts by what is typed.', da: 'Finder kontakter ud fra det, du skriver.' },
  gmail: { en: 'Reads e-mail into the CRM.', da: 'Henter e-mail ind i CRM.' },
  google_calendar: { en: 'Appointments and follow-ups.', da: 'Aftaler og opfølgning.' },
  billy: { en: 'Invoices.', da: 'Fakturaer.' },
  ghl: { en: 'Contacts from and to GHL.', da: 'Kontakter fra og til GHL.' },
  aloware: { en: 'Text messages.', da: 'Sms’er.' },
  verity: { en: 'Broadcasts.', da: 'Masseudsendelser.' },
  salesforce: { en: 'Contacts and deals of Salesforce.', da: 'Kontakter og handler fra Salesforce.' },
  hubspot: { en: 'Contacts and deals of HubSpot.', da: 'Kontakter og handler fra HubSpot.' },
  smtp: { en: 'Sends e-mail.', da: 'Sender e-mail.' },
} as const satisfies Record<BadgeName, Text>

/** The state in a few words. */
export const reasons = {
  ok: { en: 'Works', da: 'Virker' },
  not_configured: { en: 'Not set up', da: 'Ikke sat op' },
  unreachable: { en: 'Does not answer', da: 'Svarer ikke' },
  rate_limited: { en: 'Asks us to wait', da: 'Beder os vente' },
  breaker_open: { en: 'Answers again, calls are held back', da: 'Svarer igen, kald holdes tilbage' },
  backed_up: { en: 'Jobs wait too long', da: 'Jobs venter for længe' },
  slow: { en: 'Answers slowly', da: 'Svarer langsomt' },
} as const satisfies Record<BadgeState['reason'], Text>

/** What that means, and what happens next. */
export const details = {
  ok: { en: 'It answered when it was asked last.', da: 'Den svarede, da vi spurgte sidst.' },
  not_configured: {
    en: 'Its settings are missing. Whoever runs the service can add them.',
    da: 'Indstillingerne mangler. Den, der driver tjenesten, kan tilføje dem.',
  },
  unreachable: {
    en: 'We ask again every few seconds. What waits for it is done by itself when it is back.',
    da: 'Vi spørger igen hvert par sekunder. Det, der venter, bliver gjort af sig selv, når den er tilbage.',
  },
  rate_limited: {
    en: 'It asks us to wait until {time}. What waits for it goes on by itself then.',
    da: 'Den beder os vente til kl. {time}. Det, der venter, går i gang af sig selv derefter.',
  },
  breaker_open: {
    en: 'Many calls failed a moment ago, so new ones are held back for a few seconds.',
    da: 'Mange kald mislykkedes for lidt siden, så nye holdes tilbage i nogle sekunder.',
  },
  backed_up: {
    en: 'A job has waited for more than five minutes. Is a worker running?',
    da: 'Et job har ventet i mere end fem minutter. Kører der en worker?',
  },
  slow: { en: 'Everything works, but takes longer than usual.', da: 'Alt virker, men tager længere tid end normalt.' },
} as const satisfies Record<BadgeState['reason'], Text>

export const toneOf: Readonly<Record<BadgeState['state'], Tone>> = {
  ok: 'good',
  degraded: 'warn',
  error: 'bad',
  off: 'off',
}

/** Colour alone would not be seen by everybody. */
export const shapeOf: Readonly<Record<BadgeState['state'], string>> = { ok: '●', degraded: '▲', error: '■', off: '○' }
