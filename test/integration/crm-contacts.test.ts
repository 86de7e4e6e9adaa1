import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Answer, type Body, type Service, startService } from './crm/service.ts'
import { until } from './telemetry/harness.ts'

let service: Service
let ask: Service['ask']
let anna: string
let eve: string

beforeAll(async () => {
  service = await startService()
  ask = service.ask
  anna = await service.signIn('anna@crm.example')
  eve = await service.signIn('eve@other.example')
  await service.runJobs()
})
afterAll(() => service?.stop())

const create = async (json: unknown, cookie = anna) => {
  const response = await ask('POST /api/contacts', { cookie, json })
  expect(response.status).toBe(201)
  return await response.json()
}

/** The fields that an answer 422 names. */
const wrongFields = async (response: Answer): Promise<string[]> => {
  expect(response.status).toBe(422)
  const { errors } = await response.json()
  return errors.map(({ field }) => field)
}

describe('a contact', () => {
  test('is created with what was given, read back, and found at its location', async () => {
    const response = await ask('POST /api/contacts', {
      cookie: anna,
      json: { name: '  Bo Lund ', email: 'bo@lund.example', phone: '+45 12 34 56 78' },
    })
    expect(response.status).toBe(201)
    const contact = await response.json()
    expect(contact).toMatchObject({
      name: 'Bo Lund',
      email: 'bo@lund.example',
      phone: '+45 12 34 56 78',
      company: null,
      notes: null,
    })
    const read = await ask(`GET ${response.headers.get('location')}`, { cookie: anna })
    expect(await read.json()).toMatchObject({ id: contact.id, name: 'Bo Lund' })
  })

  test('is changed field by field, and emptied with null', async () => {
    const { id } = await create({ name: 'Carl', phone: '12345678', company: 'Old' })
    const response = await ask(`PATCH /api/contacts/${id}`, { cookie: anna, json: { company: 'New', phone: null } })
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ name: 'Carl', company: 'New', phone: null })
  })

  test('is deleted once', async () => {
    const { id } = await create({ name: 'Dora' })
    expect((await ask(`DELETE /api/contacts/${id}`, { cookie: anna })).status).toBe(204)
    expect((await ask(`DELETE /api/contacts/${id}`, { cookie: anna })).status).toBe(404)
    expect((await ask(`GET /api/contacts/${id}`, { cookie: anna })).status).toBe(404)
  })

  test('of another workspace cannot be read, changed, deleted, merged or found', async () => {
    const { id } = await create({ name: 'Secretly Ours' })
    const { id: hers } = await create({ name: 'Hers' }, eve)
    const attempts = [
      ask(`GET /api/contacts/${id}`, { cookie: eve }),
      ask(`PATCH /api/contacts/${id}`, { cookie: eve, json: { name: 'x' } }),
      ask(`DELETE /api/contacts/${id}`, { cookie: eve }),
      ask(`POST /api/contacts/${hers}/merge`, { cookie: eve, json: { sourceId: id } }),
    ]
    expect((await Promise.all(attempts)).map(({ status }) => status)).toEqual([404, 404, 404, 404])
    const list = await (await ask('GET /api/contacts', { cookie: eve })).json()
    expect(list.contacts.map(({ name }) => name)).toEqual(['Hers'])
  })

  test('keeps SQL and scripts as plain text, in fields and in searches', async () => {
    const name = `Robert'); drop table contacts;-- <script>alert("1")</script>`
    const { id } = await create({ name, notes: '{{7*7}} <%= 7 %> %00 \\' })
    expect(await (await ask(`GET /api/contacts/${id}`, { cookie: anna })).json()).toMatchObject({
      name,
      notes: '{{7*7}} <%= 7 %> %00 \\',
    })
    const q = new URLSearchParams({ q: `'); drop table contacts;--` })
    const found = await until(async () => {
      const { contacts } = await (await ask(`GET /api/contacts?${q}`, { cookie: anna })).json()
      return contacts.length > 0 && contacts
    })
    expect(found[0]?.id).toBe(id)
  })
})

describe('two contacts', () => {
  test('are merged: empty fields filled, notes joined, leads moved, the source gone', async () => {
    const target = await create({ name: 'Frida Krog', email: 'frida@krog.example', notes: 'first' })
    const source = await create({ name: 'F. Krog', email: 'f@krog.example', phone: '+45 87 65 43 21', notes: 'second' })
    const lead = await ask('POST /api/leads', { cookie: anna, json: { title: 'Windows', contactId: source.id } })
    const { id: leadId } = await lead.json()
    const merged = await ask(`POST /api/contacts/${target.id}/merge`, { cookie: anna, json: { sourceId: source.id } })
    expect(merged.status).toBe(200)
    expect(await merged.json()).toMatchObject({
      id: target.id,
      name: 'Frida Krog',
      email: 'frida@krog.example',
      phone: '+45 87 65 43 21',
      notes: 'first\n\nsecond',
    })
    expect((await ask(`GET /api/contacts/${source.id}`, { cookie: anna })).status).toBe(404)
    const moved = await (await ask(`GET /api/leads/${leadId}`, { cookie: anna })).json()
    expect(moved.contactId).toBe(target.id)
  })

  test('merged both ways at once do not block each other: one merge wins', async () => {
    const [a, b] = [await create({ name: 'A' }), await create({ name: 'B' })]
    const statuses = (
      await Promise.all([
        ask(`POST /api/contacts/${a.id}/merge`, { cookie: anna, json: { sourceId: b.id } }),
        ask(`POST /api/contacts/${b.id}/merge`, { cookie: anna, json: { sourceId: a.id } }),
      ])
    ).map(({ status }) => status)
    expect(statuses.toSorted()).toEqual([200, 404])
  })

  test('cannot be one and the same', async () => {
    const { id } = await create({ name: 'Alone' })
    const response = await ask(`POST /api/contacts/${id}/merge`, { cookie: anna, json: { sourceId: id } })
    expect(await wrongFields(response)).toEqual(['sourceId'])
  })
})

describe('the list', () => {
  test('comes newest first in pages that neither repeat nor skip', async () => {
    const names = Array.from({ length: 7 }, (_, n) => `Page ${n}`)
    for (const name of names) await create({ name }, eve)
    const seen: string[] = []
    let cursor: string | null = null
    let pages = 0
    do {
      const query = new URLSearchParams({ limit: '3', ...(cursor !== null && { cursor }) })
      const body: Body = await (await ask(`GET /api/contacts?${query}`, { cookie: eve })).json()
      seen.push(...body.contacts.map(({ name }) => name))
      cursor = body.nextCursor
      pages++
      // A newcomer must not shift the pages.
      if (pages === 1) await create({ name: 'Newcomer' }, eve)
    } while (cursor !== null)
    expect(seen).toEqual([...names.toReversed(), 'Hers'])
    expect(pages).toBe(3)
  })

  test.each([
    ['a limit of 0', 'limit=0', 'limit'],
    ['a limit of 101', 'limit=101', 'limit'],
    ['a limit in words', 'limit=many', 'limit'],
    ['a cursor that is none', 'cursor=nonsense', 'cursor'],
    ['a search for 201 characters', `q=${'x'.repeat(201)}`, 'q'],
    ['a search for NUL', 'q=%00', 'q'],
  ])('refuses %s', async (_what, query, field) => {
    expect(await wrongFields(await ask(`GET /api/contacts?${query}`, { cookie: anna }))).toEqual([field])
  })

  test('finds by the beginnings of words, by e-mail, by a fragment, and by what enrichment found', async () => {
    const { id } = await create({ name: 'Gunhild Ærø-Skovgaard', email: 'gs@blue-harbour.example' })
    const finds = async (q: string) => {
      const query = new URLSearchParams({ q })
      const { contacts } = await (await ask(`GET /api/contacts?${query}`, { cookie: anna })).json()
      return contacts.some((contact) => contact.id === id)
    }
    await until(() => finds('gunhild'))
    for (const q of ['GUNH', 'skov gun', 'ærø', 'gs@blue-harbour.example', 'harbour', 'ovgaar'])
      expect(await finds(q), q).toBe(true)
    for (const q of ['gunhilde', 'gun xyz', '%', '_______________________________________________'])
      expect(await finds(q), q).toBe(false)
    // Its company comes from the sandbox: `blue-harbour.example` is known there as "Blue Harbour".
    await until(() => finds('Blue Harbour'))
  })
})

describe('bad input', () => {
  test.each<[string, unknown, string[]]>([
    ['an empty body', {}, ['name']],
    ['a blank name', { name: '   ' }, ['name']],
    ['a wrong type', { name: 5, email: false }, ['name', 'email']],
    ['no e-mail address', { name: 'x', email: 'not-an-address' }, ['email']],
    ['no phone number', { name: 'x', phone: 'call me' }, ['phone']],
    ['an unknown field', { name: 'x', isAdmin: true, id: 'y' }, ['isAdmin', 'id']],
    ['a list', [], ['body']],
    ['a NUL', { name: 'a\u0000b' }, ['name']],
    ['too long a name', { name: 'x'.repeat(201) }, ['name']],
  ])('%s is refused with the names of the fields', async (_what, json, fields) => {
    expect(await wrongFields(await ask('POST /api/contacts', { cookie: anna, json }))).toEqual(fields)
  })

  test('a change of nothing is refused', async () => {
    const { id } = await create({ name: 'Same' })
    expect((await ask(`PATCH /api/contacts/${id}`, { cookie: anna, json: {} })).status).toBe(422)
  })

  test('an id that is none is refused by name', async () => {
    expect(await wrongFields(await ask(`GET /api/contacts/1%20or%201=1`, { cookie: anna }))).toEqual(['id'])
  })

  test.each([
    ['cut short', '{"name":', 'application/json', 400, 'malformed_request'],
    ['of a form', 'name=x', 'application/x-www-form-urlencoded', 400, 'malformed_request'],
    [
      'of 70 kB',
      JSON.stringify({ name: 'x', notes: 'y'.repeat(70_000) }),
      'application/json',
      413,
      'payload_too_large',
    ],
  ])('a body %s is refused', async (_what, body, type, status, kind) => {
    const headers = { 'content-type': type, 'content-length': String(body.length) }
    const response = await ask('POST /api/contacts', { cookie: anna, body, headers })
    expect(response.status).toBe(status)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(await response.json()).toMatchObject({ type: `urn:crm:problem:${kind}`, status })
  })

  test('an unknown address answers 404, a known one with another method 405 and what it allows', async () => {
    expect((await ask('GET /api/nothing/here', { cookie: anna })).status).toBe(404)
    const response = await ask('PUT /api/contacts', { cookie: anna })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('GET, HEAD, POST')
    expect((await ask('PROPFIND /api/contacts', { cookie: anna })).status).toBe(405)
  })

  test('a correlation id comes back when it is one, and is replaced when it is not', async () => {
    const given = await ask('GET /health/live', { headers: { 'X-Correlation-ID': 'order-17' } })
    expect(given.headers.get('X-Correlation-ID')).toBe('order-17')
    const strange = await ask('GET /health/live', { headers: { 'X-Correlation-ID': 'a b <script>' } })
    expect(strange.headers.get('X-Correlation-ID')).toMatch(/^[\da-f-]{36}$/)
  })
})

describe('leads', () => {
  const lead = async (json: unknown) => await (await ask('POST /api/leads', { cookie: anna, json })).json()

  test('begin as new and go from status to status; a won one stays won', async () => {
    const { id, status } = await lead({ title: 'Office, 400 m²' })
    expect(status).toBe('new')
    const to = (next: string) => ask(`PATCH /api/leads/${id}`, { cookie: anna, json: { status: next } })
    expect((await to('qualified')).status).toBe(200)
    expect((await to('won')).status).toBe(200)
    const refused = await to('lost')
    expect(refused.status).toBe(409)
    expect(await refused.json()).toMatchObject({ detail: 'A lead that is won cannot become lost.' })
    expect((await to('won')).status).toBe(200)
    expect((await to('sold')).status).toBe(422)
  })

  test('are listed by status', async () => {
    const { id } = await lead({ title: 'Lost one', source: 'phone' })
    await ask(`PATCH /api/leads/${id}`, { cookie: anna, json: { status: 'lost' } })
    const { leads } = await (await ask('GET /api/leads?status=lost', { cookie: anna })).json()
    expect(leads).toMatchObject([{ id, title: 'Lost one', source: 'phone', status: 'lost' }])
    expect((await ask('GET /api/leads?status=gone', { cookie: anna })).status).toBe(422)
  })

  test('belong to a contact of the same workspace only', async () => {
    const { id: hers } = await create({ name: 'Hers again' }, eve)
    const response = await ask('POST /api/leads', { cookie: anna, json: { title: 'x', contactId: hers } })
    expect(await wrongFields(response)).toEqual(['contactId'])
    const { id } = await lead({ title: 'Ours' })
    expect((await ask(`GET /api/leads/${id}`, { cookie: eve })).status).toBe(404)
    expect((await ask(`PATCH /api/leads/${id}`, { cookie: eve, json: { status: 'won' } })).status).toBe(404)
  })

  test('stay when their contact is deleted', async () => {
    const { id: contactId } = await create({ name: 'Leaving' })
    const { id } = await lead({ title: 'Stays', contactId })
    await ask(`DELETE /api/contacts/${contactId}`, { cookie: anna })
    expect(await (await ask(`GET /api/leads/${id}`, { cookie: anna })).json()).toMatchObject({ contactId: null })
  })
})
