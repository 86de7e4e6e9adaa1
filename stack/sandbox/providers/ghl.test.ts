import { beforeEach, expect, it } from 'vitest'
import { sandboxForTest, walk } from '../testing.ts'

interface Contact {
  readonly id: string
  readonly email: string
  readonly companyName: string
}
interface Contacts {
  readonly contacts: readonly Contact[]
  readonly meta: { readonly total: number; readonly startAfterId?: string }
}

const auth = { Authorization: 'Bearer sandbox-ghl-key', Version: '2021-07-28' }
let sandbox: Awaited<ReturnType<typeof sandboxForTest>>
beforeEach(async () => {
  sandbox = await sandboxForTest({ now: () => Date.parse('2026-06-01T12:00:00Z') })
})
const ask = (method: string, path: string, body?: unknown) => sandbox.ask(method, `/ghl/contacts${path}`, body, auth)
const list = (onPage?: () => unknown) =>
  walk(
    async (after) => {
      await onPage?.()
      const query = after ? `&startAfterId=${after}` : ''
      return sandbox.json<Contacts>(ask('GET', `/?locationId=l&limit=100${query}`))
    },
    ({ contacts, meta }) => ({ items: contacts, next: meta.startAfterId }),
  )
const upsert = (contact: object) => ask('POST', '/upsert', { locationId: 'l', ...contact })

it('has 5,000 contacts, each once, with an address of their own', async () => {
  const seen = await list()
  expect(seen).toHaveLength(5_000)
  expect(new Set(seen.map(({ id }) => id)).size).toBe(5_000)
  expect(new Set(seen.map(({ email }) => email)).size).toBe(5_000)
})

it('misses nothing that changes or is made between two pages', async () => {
  let number = 0
  const seen = await list(async () => {
    await sandbox.ask('POST', '/sandbox/ghl/touch', { count: 3 })
    if (number < 5) await upsert({ email: `new${number}@blue.example` })
    number += 1
  })
  expect(new Set(seen.map(({ id }) => id)).size).toBe(5_005)
  expect(seen).toHaveLength(5_005)
})

it('makes a contact once, by its address or its number', async () => {
  const first = await upsert({ email: 'Ada@blue.example', firstName: 'Ada' })
  const made = await sandbox.json<{ new: boolean; contact: Contact }>(first)
  expect([first.status, made]).toMatchObject([201, { new: true, contact: { email: 'Ada@blue.example', phone: null } }])
  const again = await upsert({ email: 'ada@blue.example', firstName: 'Ada M.' })
  expect([again.status, await again.json()]).toMatchObject([200, { new: false, contact: { id: made.contact.id } }])
  const known = (await list())[3]
  expect(await sandbox.json(upsert({ email: known?.email, lastName: 'Other' }))).toMatchObject({
    new: false,
    contact: { id: known?.id, lastName: 'Other' },
  })
  const byPhone = await sandbox.json<{ contact: Contact }>(upsert({ phone: '+4599' }))
  expect(await sandbox.json(upsert({ phone: '+4599' }))).toMatchObject({
    new: false,
    contact: { id: byPhone.contact.id },
  })
})

it('changes a contact', async () => {
  const id = (await list())[0]?.id
  expect(await sandbox.json(ask('PUT', `/${id}`, { companyName: 'Elsewhere' }))).toMatchObject({
    contact: { id, companyName: 'Elsewhere', dateUpdated: '2026-06-01T12:00:00.000Z' },
  })
  expect(await sandbox.json(ask('GET', `/${id}`))).toMatchObject({ contact: { companyName: 'Elsewhere' } })
  expect((await ask('PUT', '/nobody', {})).status).toBe(404)
})

it.each([
  ['nobody', { firstName: 'Ada' }, /give email or phone/],
  ['an address that is none', { email: 'ada' }, /email/],
])('refuses to make %s', async (_, contact, message) => {
  const response = await upsert(contact)
  expect([response.status, await response.text()]).toEqual([422, expect.stringMatching(message)])
})

it('wants its key and its version', async () => {
  const get = (headers: Record<string, string>) => sandbox.ask('GET', '/ghl/contacts/?locationId=l', undefined, headers)
  expect((await get({ ...auth, Authorization: 'Bearer x' })).status).toBe(401)
  const unversioned = await get({ Authorization: auth.Authorization })
  expect([unversioned.status, await unversioned.text()]).toEqual([400, expect.stringContaining('2021-07-28')])
  expect((await ask('GET', '/?limit=101')).status).toBe(400)
  expect((await ask('GET', '/?startAfterId=nobody')).status).toBe(400)
})
