import type { Text } from '../language.ts'

/** What every part says. */
export const words = {
  loading: { en: 'Loading …', da: 'Henter …' },
  retry: { en: 'Try again', da: 'Prøv igen' },
  cancel: { en: 'Cancel', da: 'Annuller' },
  close: { en: 'Close', da: 'Luk' },
  nobodyAnswers: {
    en: 'The service does not answer. Is the network there?',
    da: 'Tjenesten svarer ikke. Er der netværk?',
  },
  signInAgain: { en: 'Your session has ended. Please sign in again.', da: 'Din session er slut. Log ind igen.' },
  notAllowed: { en: 'Only admins may do this.', da: 'Kun administratorer må dette.' },
  unexpected: { en: 'Something went wrong here.', da: 'Noget gik galt her.' },
  quote: { en: 'Ask for help with {id}', da: 'Bed om hjælp med {id}' },
  asOf: { en: 'as of {time}', da: 'fra kl. {time}' },
  more: { en: 'Show more', da: 'Vis flere' },
} as const satisfies Record<string, Text>
