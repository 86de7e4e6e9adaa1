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

export const csrfToken = (): string => session.peek()?.csrfToken ?? ''

export const isOperator = (): boolean => session.value?.user.role === 'admin'

/** Asks who is signed in. Throws nothing: whoever cannot be known is not signed in, or still is while the service is away. */
export const readSession = async (): Promise<void> => {
  const answer = await fetch('/api/auth/me', { credentials: 'same-origin' }).catch(() => undefined)
  if (answer?.ok) session.value = (await answer.json()) as Session
  else if (answer?.status === 401 || session.peek() === undefined) session.value = null
}

/** Where one signs in, to come back here. */
export const signInAddress = (): string =>
  `/api/auth/login?return_to=${encodeURIComponent(location.pathname + location.search)}`

export const signOut = async (): Promise<void> => {
  await fetch('/api/auth/logout', { method: 'POST', headers: { 'x-csrf-token': csrfToken() } }).catch(() => undefined)
  session.value = null
}
