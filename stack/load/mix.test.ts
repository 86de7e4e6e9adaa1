import { type Context, Hono } from 'hono'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { mix, most } from './mix.ts'
import { pickWeighted } from './random.ts'
import { Stats } from './stats.ts'
import { Holdings, kindOf, UnexpectedAnswer, Unreachable, Visitor } from './visitor.ts'

const api = 'http://crm.test'

/** Always the same numbers from 0 to 1 (a linear congruential generator). */
const seeded = (seed: number) => () => {
  seed = (seed * 1_664_525 + 1_013_904_223) % 2 ** 32
  return seed / 2 ** 32
}

const action = (name: string) => {
  const found = mix.find((one) => one.name === name)
  if (!found) throw new Error(`no action is called ${name}`)
  return found
}

/** A CRM that knows only what is asked for here; it notes every request. */
let asked: string[]
let lastId: number
let crm: Hono
beforeEach(() => {
  asked = []
  lastId = 0
  const newId = () => `00000000-0000-4000-8000-${String(++lastId).padStart(12, '0')}`
  const isSignedIn = (c: Context) => c.req.header('cookie') === 'crm_session=token'
  crm = new Hono()
    .use(async (c, next) => {
      asked.push(kindOf(c.req.method, c.req.url))
      await next()
    })
    .get('/api/auth/login', (c) => {
      c.header('set-cookie', 'crm_sign_in=attempt; Path=/api/auth; HttpOnly')
      return c.redirect(`http://provider.test/authorize?login_hint=${c.req.query('login_hint')}`)
    })
    .get('/authorize', (c) => c.redirect(`${api}/api/auth/callback?code=1`))
    .get('/api/auth/callback', (c) => {
      if (c.req.header('cookie') !== 'crm_sign_in=attempt') return c.text('no attempt', 400)
      c.header('set-cookie', 'crm_sign_in=; Max-Age=0; Path=/api/auth')
      c.header('set-cookie', 'crm_session=token; Path=/; HttpOnly', { append: true })
      return c.redirect('/api/auth/me')
    })
    .post('/api/contacts', (c) => (isSignedIn(c) ? c.json({ id: newId() }, 201) : c.json({}, 401)))
    .get('/api/contacts', (c) => (isSignedIn(c) ? c.json({ contacts: [], nextCursor: null }) : c.json({}, 401)))
    .get('/api/contacts/:id', (c) => c.json({}, 500))
    .delete('/api/contacts/:id', (c) => c.body(null, 204))
    .post('/api/contacts/:id/merge', (c) => c.json({}))
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => crm.request(url, init))
})
afterEach(() => vi.unstubAllGlobals())

const newVisitor = (stats = new Stats()) => {
  const holdings = new Holdings()
  return new Visitor({ apiUrl: api, email: 'anna@crm.example', holdings, stats, random: seeded(1) })
}

describe('a visitor', () => {
  it('signs in by following the redirects, with cookies for the service only', async () => {
    await newVisitor().ensureSignedIn()
    expect(asked).toEqual(['GET /api/auth/login', 'GET /authorize', 'GET /api/auth/callback'])
  })

  it('signs in once, also when several actions begin together, and again after the session has ended', async () => {
    const visitor = newVisitor()
    await Promise.all([visitor.ensureSignedIn(), visitor.ensureSignedIn()])
    await visitor.ensureSignedIn()
    expect(asked).toHaveLength(3)
    crm = new Hono().all('*', (c) => c.json({}, 401))
    await action('list contacts').run(visitor)
    await expect(visitor.ensureSignedIn()).rejects.toThrow('GET /api/auth/login answered 401')
  })

  it('counts an answer that nobody expected, and the absence of one', async () => {
    const stats = new Stats()
    const visitor = newVisitor(stats)
    visitor.holdings.contacts.push('00000000-0000-4000-8000-000000000001')
    await expect(action('read a contact').run(visitor)).rejects.toThrow(UnexpectedAnswer)
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('fetch failed')))
    await expect(action('list contacts').run(visitor)).rejects.toThrow(Unreachable)
    expect(stats.report()).toMatchObject({ requests: 2, errors: 2, statuses: { '500': 1, none: 1 } })
  })
})

describe('the mix', () => {
  it('never keeps more contacts than its most', async () => {
    const visitor = newVisitor()
    await visitor.ensureSignedIn()
    for (let i = 0; i < most.contacts + 20; i += 1) await action('create a contact').run(visitor)
    expect(visitor.holdings.contacts).toHaveLength(most.contacts)
    expect(asked.filter((kind) => kind === 'DELETE /api/contacts/:id')).toHaveLength(20)
  })

  it('has nothing to merge or delete where there is nothing', async () => {
    const visitor = newVisitor()
    await action('merge contacts').run(visitor)
    await action('delete a contact').run(visitor)
    await action('read a contact').run(visitor)
    expect(asked).toEqual([])
  })

  it('merges one contact into another, and never uses it again', async () => {
    const visitor = newVisitor()
    visitor.holdings.contacts.push('00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002')
    await action('merge contacts').run(visitor)
    expect(asked).toEqual(['POST /api/contacts/:id/merge'])
    expect(visitor.holdings.contacts).toHaveLength(1)
  })

  it('is mostly reading, and wrong on purpose in few cases', () => {
    const random = seeded(7)
    const counts = new Map<string, number>()
    for (let i = 0; i < 10_000; i += 1) {
      const { name } = pickWeighted(random, mix)
      counts.set(name, (counts.get(name) ?? 0) + 1)
    }
    expect(counts.size).toBe(mix.length)
    const wrong = [
      'a contact that never was',
      'an unknown address',
      'without a session',
      'a field that is not valid',
      'no JSON',
    ]
    const share = (names: readonly string[]) => names.reduce((sum, name) => sum + (counts.get(name) ?? 0), 0) / 10_000
    expect(share(wrong)).toBeGreaterThan(0.02)
    expect(share(wrong)).toBeLessThan(0.06)
    const reading = [...counts.keys()].filter((name) => /^(read|list|search)/.test(name))
    expect(share(reading)).toBeGreaterThan(0.45)
  })
})
