import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestMetrics } from '../../app/telemetry/test-metrics.ts'
import { cookieOf, publicUrl, type Service, startService } from './crm/service.ts'

const collect = startTestMetrics()
let service: Service
let ask: Service['ask']

beforeAll(async () => {
  service = await startService()
  ask = service.ask
})
afterAll(() => service?.stop())

/** The first half of a sign-in: what the provider sent back, and the cookie of the attempt. */
const approve = async (email: string, returnTo = '/docs') => {
  const query = new URLSearchParams({ login_hint: email, return_to: returnTo })
  const begun = await ask(`GET /api/auth/login?${query}`)
  expect(begun.status).toBe(302)
  const approved = await fetch(begun.headers.get('location') ?? '', { redirect: 'manual' })
  return { begun, back: approved.headers.get('location') ?? '', cookie: cookieOf(begun, 'crm_sign_in') }
}

const fault = (provider: string, json?: object) =>
  fetch(`${service.sandboxUrl}/faults/${provider}`, {
    method: json ? 'PUT' : 'DELETE',
    ...(json && { body: JSON.stringify(json), headers: { 'content-type': 'application/json' } }),
  })

describe('sign-in', () => {
  test('goes by PKCE, state and nonce to the provider and comes back with a session', async () => {
    const { begun, back, cookie } = await approve('anna@crm.example', '/docs?x=1')
    const asked = new URL(begun.headers.get('location') ?? '').searchParams
    expect(asked.get('response_type')).toBe('code')
    expect(asked.get('code_challenge_method')).toBe('S256')
    expect(asked.get('redirect_uri')).toBe(`${publicUrl}/api/auth/callback`)
    expect(asked.get('state')).toMatch(/^[\w-]{43}$/)
    expect(asked.get('nonce')).toMatch(/^[\w-]{43}$/)

    const done = await ask(`GET ${back}`, { cookie })
    expect(done.status).toBe(302)
    expect(done.headers.get('location')).toBe('/docs?x=1')
    const session = done.headers.getSetCookie().find((one) => one.startsWith('crm_session='))
    expect(session).toMatch(/^crm_session=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Lax$/)

    const me = await ask('GET /api/auth/me', { cookie: cookieOf(done, 'crm_session') })
    expect(await me.json()).toMatchObject({
      user: { email: 'anna@crm.example', role: 'member' },
      workspace: { domain: 'crm.example' },
    })
  })

  test('stores the session hashed only', async () => {
    const token = (await service.signIn('bo@crm.example')).split('=')[1] ?? ''
    const rows = await service.db.selectFrom('sessions').select('token_hash').execute()
    expect(rows.length).toBeGreaterThan(0)
    for (const { token_hash } of rows) {
      expect(token_hash).toMatch(/^[\da-f]{64}$/)
      expect(token_hash).not.toContain(token)
    }
  })

  test('puts people of one e-mail domain into one workspace, others into another', async () => {
    const workspaceOf = async (email: string) => {
      const response = await ask('GET /api/workspace', { cookie: await service.signIn(email) })
      return (await response.json()).id
    }
    const [admin, anna, eve] = [
      await workspaceOf('admin@crm.example'),
      await workspaceOf('anna@crm.example'),
      await workspaceOf('eve@other.example'),
    ]
    expect(anna).toBe(admin)
    expect(eve).not.toBe(admin)
  })

  test.each(['https://evil.example', '//evil.example', '/\\evil.example', 'docs'])(
    'does not lead elsewhere afterwards: return_to=%s',
    async (returnTo) => {
      const response = await ask(`GET /api/auth/login?${new URLSearchParams({ return_to: returnTo })}`)
      expect(response.status).toBe(422)
      expect((await response.json()).errors).toMatchObject([{ field: 'return_to' }])
    },
  )

  test('refuses what was started in another browser', async () => {
    const { back } = await approve('anna@crm.example')
    expect((await ask(`GET ${back}`)).status).toBe(400)
    const other = await approve('eve@other.example')
    expect((await ask(`GET ${back}`, { cookie: other.cookie })).status).toBe(401)
  })

  test('refuses a cookie that was tampered with, a used code, a wrong state, and a denial', async () => {
    const { back, cookie } = await approve('anna@crm.example')
    const [name, value = ''] = cookie.split('=')
    const tampered = `${name}=${value.startsWith('e') ? 'f' : 'e'}${value.slice(1)}`
    expect((await ask(`GET ${back}`, { cookie: tampered })).status).toBe(400)

    const wrongState = new URL(back)
    wrongState.searchParams.set('state', 'x'.repeat(43))
    expect((await ask(`GET ${wrongState}`, { cookie })).status).toBe(401)

    expect((await ask(`GET ${back}`, { cookie })).status).toBe(302)
    expect((await ask(`GET ${back}`, { cookie })).status).toBe(401)

    const begun = await ask('GET /api/auth/login')
    const denial = new URL(begun.headers.get('location') ?? '')
    denial.searchParams.set('decision', 'deny')
    const denied = (await fetch(denial, { redirect: 'manual' })).headers.get('location')
    expect(denied).toContain('error=access_denied')
    expect((await ask(`GET ${denied}`, { cookie: cookieOf(begun, 'crm_sign_in') })).status).toBe(401)
  })

  test('brings people back to the page when it fails, which tells them', async () => {
    const headers = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }
    const denied = await ask('GET /api/auth/callback?error=access_denied&state=x', { headers })
    expect([denied.status, denied.headers.get('location')]).toEqual([302, '/?sign_in=failed'])
    const { back, cookie } = await approve('anna@crm.example')
    await fault('oauth', { status: 500 })
    const away = await ask(`GET ${back}`, { cookie, headers })
    await fault('oauth')
    expect([away.status, away.headers.get('location')]).toEqual([302, '/?sign_in=unavailable'])
  })

  test('says so when the provider is away, and works again when it is back', async () => {
    const { back, cookie } = await approve('anna@crm.example')
    await fault('oauth', { status: 500 })
    const response = await ask(`GET ${back}`, { cookie })
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('5')
    expect(await response.json()).toMatchObject({
      detail: 'The sign-in provider does not answer at the moment. Please try again.',
    })
    await fault('oauth')
    expect(await service.signIn('anna@crm.example')).toMatch(/^crm_session=/)
  })
})

describe('failed sign-ins', () => {
  const counted = async (type: string): Promise<unknown> =>
    (await collect('security_events_total')).find(({ attributes }) => attributes.type === type)?.value ?? 0

  test('are security events, and many of one client are told once more, as a burst', async () => {
    const before = Number(await counted('sign_in_failed'))
    for (let times = 0; times < 6; times++)
      expect((await ask('GET /api/auth/callback?code=guessed&state=guessed')).status).toBe(400)
    expect(await counted('sign_in_failed')).toBe(before + 6)
    expect(await counted('sign_in_burst')).toBe(1)
  })

  test('are none where the provider is away', async () => {
    const before = await counted('sign_in_failed')
    const { back, cookie } = await approve('anna@crm.example')
    await fault('oauth', { status: 503 })
    const answer = await ask(`GET ${back}`, { cookie })
    await fault('oauth')
    expect(answer.status).toBe(503)
    expect(await counted('sign_in_failed')).toBe(before)
  })
})

describe('a session', () => {
  test.each([
    ['missing', undefined],
    ['empty', 'crm_session='],
    ['forged', `crm_session=${'A'.repeat(43)}`],
    ['SQL', `crm_session=${encodeURIComponent("' or 1=1 --")}`],
    ['very long', `crm_session=${'A'.repeat(4_000)}`],
  ])('that is %s is refused', async (_what, cookie) => {
    const response = await ask('GET /api/contacts', cookie === undefined ? {} : { cookie })
    expect(response.status).toBe(401)
    expect(await response.json()).toMatchObject({ type: 'urn:crm:problem:unauthorized' })
  })

  test('ends when it expires', async () => {
    const cookie = await service.signIn('bo@crm.example')
    await service.db
      .updateTable('sessions')
      .set({ expires_at: new Date(Date.now() + 1_000) })
      .execute()
    expect((await ask('GET /api/auth/me', { cookie })).status).toBe(200)
    await expect.poll(async () => (await ask('GET /api/auth/me', { cookie })).status, { timeout: 5_000 }).toBe(401)
    const response = await ask('GET /api/auth/me', { cookie })
    expect((await response.json()).detail).toBe('Your session has ended or is not valid. Please sign in again.')
  })

  test('ends at sign-out, and signing out twice does no harm', async () => {
    const cookie = await service.signIn('bo@crm.example')
    const out = await ask('POST /api/auth/logout', { cookie })
    expect(out.status).toBe(204)
    expect(out.headers.getSetCookie()[0]).toMatch(/^crm_session=; Max-Age=0; Path=\//)
    expect((await ask('GET /api/auth/me', { cookie })).status).toBe(401)
    expect((await ask('POST /api/auth/logout', { cookie })).status).toBe(204)
  })
})

describe('roles', () => {
  test('a member may not do what admins do', async () => {
    const cookie = await service.signIn('anna@crm.example')
    for (const response of [
      await ask('GET /api/workspace/members', { cookie }),
      await ask('PATCH /api/workspace', { cookie, json: { name: 'Mine' } }),
    ]) {
      expect(response.status).toBe(403)
      expect(await response.json()).toMatchObject({ type: 'urn:crm:problem:forbidden' })
    }
  })

  test('an admin may: only in the own workspace', async () => {
    await service.signIn('eve@other.example')
    const cookie = await service.signIn('admin@crm.example')
    const renamed = await ask('PATCH /api/workspace', { cookie, json: { name: 'CRM & Co' } })
    expect(await renamed.json()).toMatchObject({ name: 'CRM & Co', domain: 'crm.example' })
    const members = await (await ask('GET /api/workspace/members', { cookie })).text()
    expect(members).toContain('admin@crm.example')
    expect(members).not.toContain('eve@other.example')
  })
})
