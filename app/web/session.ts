import { signal } from '@preact/signals'

export interface Session {
  readonly user: {
    readonly id: string
    readonly name: string
    readonly email: string
    readonly role: 'admin' | 'member'
  }
  readonly workspace: { readonly id: string; readonly name: string }
  readonly csrfToken: string
  /** Where operators find more; absent for everybody else. */
  readonly links?: { readonly dashboards: string; readonly runbooks: string; readonly traces: string } | undefined
}

/** Undefined: not known yet; null: nobody is signed in. */
export const session = signal<Session | null | undefined>(undefined)

/** The session that the page had has ended. What is shown stays, until somebody signs in again or leaves. */
export const isOver = signal(false)

/** Nobody could be asked who is signed in, and it is not known from before. */
export const isUnknown = signal(false)

export const csrfToken = (): string => session.peek()?.csrfToken ?? ''

export const isOperator = (): boolean => session.value?.user.role === 'admin'

/** Asks who is signed in. Throws nothing: while the service is away, whoever was known still is. */
export const readSession = async (): Promise<void> => {
  const answer = await fetch('/api/auth/me', { credentials: 'same-origin' }).catch(() => undefined)
  if (answer?.ok) {
    session.value = (await answer.json()) as Session
    isOver.value = false
    isUnknown.value = false
  } else if (answer?.status === 401) {
    isUnknown.value = false
    if (session.peek()) isOver.value = true
    else session.value = null
  } else isUnknown.value = session.peek() === undefined
}

/** Where one signs in, to come back here. */
export const signInAddress = (): string =>
  `/api/auth/login?return_to=${encodeURIComponent(location.pathname + location.search)}`

export const signOut = async (): Promise<void> => {
  const send = () =>
    fetch('/api/auth/logout', { method: 'POST', headers: { 'x-csrf-token': csrfToken() } }).catch(() => undefined)
  // Whoever signed in again in another tab has another token.
  if ((await send())?.status === 403) {
    await readSession()
    await send()
  }
  session.value = null
  isOver.value = false
}
