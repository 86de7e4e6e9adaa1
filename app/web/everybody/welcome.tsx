import { say } from '../language.ts'
import { signInAddress } from '../session.ts'

const texts = {
  title: { en: 'CRM', da: 'CRM' },
  why: {
    en: 'Contacts, leads and deals, and how the service is doing.',
    da: 'Kontakter, emner og handler – og hvordan tjenesten har det.',
  },
  signIn: { en: 'Sign in', da: 'Log ind' },
} as const

/** Before anybody is signed in. */
export const Welcome = () => (
  <main class="welcome">
    <h1>{say(texts.title)}</h1>
    <p>{say(texts.why)}</p>
    <p class="buttons">
      <a href={signInAddress()}>{say(texts.signIn)}</a>
    </p>
  </main>
)
