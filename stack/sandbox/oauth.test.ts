import * as client from 'openid-client'
import { beforeEach, describe, expect, it } from 'vitest'
import { createSandbox } from './sandbox.ts'

type Sandbox = Awaited<ReturnType<typeof createSandbox>>

const origin = 'http://127.0.0.1:4000'
const redirectUri = 'http://127.0.0.1:3000/api/auth/callback'
const secret = 'a secret: with % & + and = in it'

let time = Date.now()
let sandbox: Sandbox
beforeEach(async () => {
  time = Date.now()
  sandbox = await createSandbox({ clientId: 'crm', clientSecret: secret, redirectUris: [], now: () => time })
})

const discover = (authentication?: client.ClientAuth, at = origin) =>
  client.discovery(new URL(`${at}/oauth`), 'crm', secret, authentication, {
    execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks],
    [client.customFetch]: async (url, options) => sandbox.request(url, options as RequestInit),
  })

/** Asks for a code, as a browser does; answers where the browser is sent. */
const authorize = async (more: Record<string, string> = {}) => {
  const verifier = client.randomPKCECodeVerifier()
  const query = new URLSearchParams({
    client_id: 'crm',
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: 'openid email profile',
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state: 'the-state',
    nonce: 'the-nonce',
    login_hint: 'anna@crm.example',
    ...more,
  })
  const response = await sandbox.request(`${origin}/oauth/authorize?${query}`)
  const location = response.headers.get('location')
  return { response, verifier, back: location ? new URL(location) : undefined }
}

const exchange = (form: Record<string, string>, headers: Record<string, string> = {}) =>
  sandbox.request(`${origin}/oauth/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      redirect_uri: redirectUri,
      client_id: 'crm',
      client_secret: secret,
      ...form,
    }),
  })

describe('a whole sign-in, driven by openid-client', () => {
  it.each([
    ['client_secret_post', client.ClientSecretPost(secret)],
    ['client_secret_basic', client.ClientSecretBasic(secret)],
  ])('with %s', async (_, authentication) => {
    const provider = await discover(authentication)
    const verifier = client.randomPKCECodeVerifier()
    const url = client.buildAuthorizationUrl(provider, {
      redirect_uri: redirectUri,
      scope: 'openid email profile',
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state: 's-1',
      nonce: 'n-1',
      login_hint: 'Admin@CRM.example',
    })
    const redirect = await sandbox.request(url.href)
    expect(redirect.status).toBe(302)
    const tokens = await client.authorizationCodeGrant(provider, new URL(redirect.headers.get('location') ?? ''), {
      pkceCodeVerifier: verifier,
      expectedState: 's-1',
      expectedNonce: 'n-1',
      idTokenExpected: true,
    })
    const claims = tokens.claims()
    expect(claims).toMatchObject({
      iss: `${origin}/oauth`,
      aud: 'crm',
      sub: 'sandbox|1001',
      email: 'admin@crm.example',
      email_verified: true,
      name: 'Astrid Holm',
      nonce: 'n-1',
    })
    const info = await client.fetchUserInfo(provider, tokens.access_token, 'sandbox|1001')
    expect(info.email).toBe('admin@crm.example')
  })

  it('has the issuer under whose address it was asked, with any port', async () => {
    const provider = await discover(undefined, 'http://127.0.0.1:5700')
    expect(provider.serverMetadata().issuer).toBe('http://127.0.0.1:5700/oauth')
    expect(provider.serverMetadata().token_endpoint).toBe('http://127.0.0.1:5700/oauth/token')
  })

  it('sends browsers to its public address, where that is another', async () => {
    sandbox = await createSandbox({
      clientId: 'crm',
      clientSecret: secret,
      redirectUris: [],
      publicUrl: 'http://127.0.0.1:4000',
    })
    const provider = await discover(undefined, 'http://sandbox:4000')
    expect(provider.serverMetadata().issuer).toBe('http://sandbox:4000/oauth')
    expect(provider.serverMetadata().authorization_endpoint).toBe('http://127.0.0.1:4000/oauth/authorize')
  })
})

describe('authorize', () => {
  it('lists its users when nobody is named, each with a link that signs in', async () => {
    const { response } = await authorize({ login_hint: '' })
    const text = await response.text()
    for (const email of ['admin@crm.example', 'anna@crm.example', 'bo@crm.example', 'eve@other.example'])
      expect(text).toContain(email)
    const href = /href="([^"]*login_hint=bo%40crm.example[^"]*)"/.exec(text)?.[1]?.replaceAll('&amp;', '&')
    const approved = await sandbox.request(origin + href)
    expect(new URL(approved.headers.get('location') ?? '').searchParams.get('code')).toMatch(/^[\w-]{43}$/)
  })

  it('says so when it knows nobody of that name, and escapes it', async () => {
    const { response } = await authorize({ login_hint: '<script>alert(1)</script>' })
    const text = await response.text()
    expect(text).toContain('Nobody here is called “&lt;script&gt;alert(1)&lt;/script&gt;”')
    expect(text).not.toContain('<script>alert')
  })

  it('goes back with access_denied when the user declines', async () => {
    const { back } = await authorize({ decision: 'deny' })
    expect(Object.fromEntries(back?.searchParams ?? [])).toMatchObject({ error: 'access_denied', state: 'the-state' })
  })

  it.each([
    ['no PKCE', { code_challenge: '', code_challenge_method: '' }, 'invalid_request'],
    ['plain PKCE', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['a challenge that is no SHA-256', { code_challenge: 'short' }, 'invalid_request'],
    ['another response type', { response_type: 'token' }, 'unsupported_response_type'],
    ['no openid in the scope', { scope: 'email' }, 'invalid_scope'],
  ])('goes back with an error for %s', async (_, more, error) => {
    const { back } = await authorize(more as unknown as Record<string, string>)
    expect(Object.fromEntries(back?.searchParams ?? [])).toMatchObject({ error, state: 'the-state' })
  })

  it.each([
    ['an unknown client', { client_id: 'other' }],
    ['an address that is not registered', { redirect_uri: 'https://evil.example/callback' }],
    ['an address that only looks local', { redirect_uri: 'http://127.0.0.1.evil.example/callback' }],
    ['an address that is a script', { redirect_uri: 'javascript:alert(1)' }],
    ['no address', { redirect_uri: '' }],
  ])('never redirects for %s', async (_, more) => {
    const { response } = await authorize(more as unknown as Record<string, string>)
    expect([response.status, response.headers.get('location')]).toEqual([400, null])
  })

  it('redirects to a registered address elsewhere', async () => {
    const elsewhere = 'https://crm.example/api/auth/callback'
    sandbox = await createSandbox({ clientId: 'crm', clientSecret: secret, redirectUris: [elsewhere] })
    const { back } = await authorize({ redirect_uri: elsewhere })
    expect(back?.origin).toBe('https://crm.example')
  })
})

describe('token', () => {
  const codeOf = (back: URL | undefined) => back?.searchParams.get('code') ?? ''
  const errorOf = async (response: Response) => [response.status, ((await response.json()) as { error: string }).error]

  it('takes a code once', async () => {
    const { back, verifier } = await authorize()
    const form = { code: codeOf(back), code_verifier: verifier }
    expect((await exchange(form)).status).toBe(200)
    expect(await errorOf(await exchange(form))).toEqual([400, 'invalid_grant'])
  })

  it('takes a code for 60 s', async () => {
    const early = await authorize()
    time += 59_999
    expect((await exchange({ code: codeOf(early.back), code_verifier: early.verifier })).status).toBe(200)
    const late = await authorize()
    time += 60_000
    const response = await exchange({ code: codeOf(late.back), code_verifier: late.verifier })
    expect(await errorOf(response)).toEqual([400, 'invalid_grant'])
  })

  it.each([
    ['another verifier', { code_verifier: 'x'.repeat(43) }, [400, 'invalid_grant']],
    ['another address', { redirect_uri: 'http://127.0.0.1:3000/other' }, [400, 'invalid_grant']],
    ['an unknown code', { code: 'made-up' }, [400, 'invalid_grant']],
    ['another grant', { grant_type: 'password' }, [400, 'unsupported_grant_type']],
    ['a wrong secret', { client_secret: 'wrong' }, [401, 'invalid_client']],
    ['another client', { client_id: 'other' }, [401, 'invalid_client']],
  ])('refuses %s', async (_, more, expected) => {
    const { back, verifier } = await authorize()
    const form = { code: codeOf(back), code_verifier: verifier, ...(more as unknown as Record<string, string>) }
    expect(await errorOf(await exchange(form))).toEqual(expected)
  })

  it('is never cached', async () => {
    const { back, verifier } = await authorize()
    const response = await exchange({ code: codeOf(back), code_verifier: verifier })
    expect(response.headers.get('cache-control')).toBe('no-store')
  })
})

describe('userinfo', () => {
  it('wants an access token that it issued', async () => {
    for (const Authorization of ['', 'Bearer made-up', 'Basic YTpi']) {
      const response = await sandbox.request(`${origin}/oauth/userinfo`, { headers: { Authorization } })
      expect(response.status).toBe(401)
      expect(response.headers.get('www-authenticate')).toContain('Bearer')
    }
  })
})
