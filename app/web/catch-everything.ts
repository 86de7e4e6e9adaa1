import { Failure } from './client.ts'
import { say } from './language.ts'
import { readSession, signInAddress } from './session.ts'
import { tell } from './ui/toasts.tsx'
import { sentence } from './ui/trouble.tsx'

const texts = {
  signIn: { en: 'Sign in', da: 'Log ind' },
} as const

/** Tells people what nobody else has told them; a session that is over ends in a toast with a way back in. */
export const tellFailure = (error: unknown): void => {
  if (error instanceof Failure && error.status === 401) {
    tell('bad', sentence(error), { label: say(texts.signIn), href: signInAddress() })
    void readSession()
  } else tell('bad', sentence(error))
}

/** The one handler of errors that nothing else caught. */
export const catchEverything = (): void => {
  addEventListener('unhandledrejection', ({ reason }) => tellFailure(reason))
  addEventListener('error', ({ error, message }) => {
    // Browsers report it where an observer of sizes had to wait for the next frame: nothing is wrong.
    if (!message.startsWith('ResizeObserver')) tellFailure(error)
  })
}
