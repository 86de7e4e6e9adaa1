/** Cookies of one origin. */
export class Cookies {
  readonly #values = new Map<string, string>()

  /** Takes up what an answer sets or deletes. */
  take(response: Response): void {
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      if (value === '' || /;\s*max-age=0/i.test(cookie)) this.#values.delete(name)
      else this.#values.set(name, value)
    }
  }

  get header(): string {
    return [...this.#values].map(([name, value]) => `${name}=${value}`).join('; ')
  }
}

/** Sign-in did not end where it should. */
export class SignInError extends Error {
  override readonly name = 'SignInError'
}

/**
 * Signs in as a browser does: from the service to its sign-in provider and back, redirect by redirect.
 * @param ask sends a request of the service; the provider is asked directly
 * @returns the cookies of a session
 * @throws SignInError when an answer is no redirect
 */
export async function signIn(
  apiUrl: string,
  email: string,
  ask: (url: string, init: RequestInit) => Promise<Response>,
): Promise<Cookies> {
  const cookies = new Cookies()
  const follow = async (url: string, isApi: boolean): Promise<string> => {
    const init = { redirect: 'manual', ...(isApi && { headers: { cookie: cookies.header } }) } as const
    const response = await (isApi ? ask(url, init) : askProvider(url, init))
    if (isApi) cookies.take(response)
    const location = response.headers.get('location')
    if (response.status !== 302 || !location) {
      throw new SignInError(`${new URL(url).pathname} answered ${response.status} where a redirect was due`)
    }
    return new URL(location, url).href
  }
  const query = new URLSearchParams({ login_hint: email, return_to: '/api/auth/me' })
  const provider = await follow(`${apiUrl}/api/auth/login?${query}`, true)
  const callback = await follow(provider, false)
  await follow(callback, true)
  return cookies
}

async function askProvider(url: string, init: RequestInit): Promise<Response> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(10_000) }).catch(() => {
    throw new SignInError(`nobody answers at the sign-in provider, ${new URL(url).origin}`)
  })
  await response.body?.cancel()
  return response
}
