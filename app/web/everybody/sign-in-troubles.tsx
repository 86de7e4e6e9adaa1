import { useSignalEffect } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { say } from '../language.ts'
import { isOver, signInAddress } from '../session.ts'
import { words } from '../ui/texts.ts'
import { tell, untell } from '../ui/toasts.tsx'

const texts = {
  signIn: { en: 'Sign in', da: 'Log ind' },
  failed: {
    en: 'Signing in did not work: it was refused, or took longer than ten minutes. Please try again.',
    da: 'Det lykkedes ikke at logge ind: det blev afvist eller tog mere end ti minutter. Prøv igen.',
  },
  unavailable: {
    en: 'Signing in is not possible at the moment. Please try again soon.',
    da: 'Det er ikke muligt at logge ind lige nu. Prøv igen om lidt.',
  },
} as const

const parameter = 'sign_in'

/** Tells what went wrong with signing in: that the session is over, or that the sign-in one comes back from failed. */
export const SignInTroubles = () => {
  useSignalEffect(() => {
    const text = say(words.signInAgain)
    if (isOver.value) tell('bad', text, { label: say(texts.signIn), href: signInAddress() })
    else untell(text)
  })
  useEffect(() => {
    const address = new URL(location.href)
    const outcome = address.searchParams.get(parameter)
    if (outcome !== 'failed' && outcome !== 'unavailable') return
    address.searchParams.delete(parameter)
    history.replaceState(null, '', address.pathname + address.search)
    tell('bad', say(texts[outcome]), { label: say(texts.signIn), href: signInAddress() })
  }, [])
  return null
}
