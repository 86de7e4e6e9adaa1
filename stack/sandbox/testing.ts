import { createSandbox, type SandboxOptions } from './sandbox.ts'

/** For tests: a sandbox without sockets, and short ways to ask it. */
export async function sandboxForTest(options: Partial<SandboxOptions> = {}) {
  const app = await createSandbox({ clientId: 'crm', clientSecret: 's', redirectUris: [], ...options })
  const ask = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    app.request(`http://127.0.0.1:4000${path}`, {
      method,
      headers,
      ...(body !== undefined && { body: body instanceof URLSearchParams ? body : JSON.stringify(body) }),
    })
  /** The answer's body, whatever its status. */
  const json = async <Body = Record<string, unknown>>(response: Response | Promise<Response>): Promise<Body> =>
    (await (await response).json()) as Body
  const googleToken = async (): Promise<Record<string, string>> => {
    const form = { client_id: 'crm', client_secret: 'sandbox-google-secret', refresh_token: 'sandbox-refresh-token' }
    const body = new URLSearchParams({ grant_type: 'refresh_token', ...form })
    const { access_token } = await json<{ access_token: string }>(ask('POST', '/google/token', body))
    return { Authorization: `Bearer ${access_token}` }
  }
  return { app, ask, json, googleToken }
}

/** Follows pages until there is none, and gives everything seen. */
export async function walk<Body, Item>(
  page: (cursor: string | undefined) => Promise<Body>,
  read: (body: Body) => { readonly items: readonly Item[]; readonly next: string | undefined },
): Promise<Item[]> {
  const seen: Item[] = []
  let cursor: string | undefined
  for (let pages = 0; pages < 1_000; pages += 1) {
    const { items, next } = read(await page(cursor))
    seen.push(...items)
    if (next === undefined) return seen
    cursor = next
  }
  throw new Error('the pages never end')
}
