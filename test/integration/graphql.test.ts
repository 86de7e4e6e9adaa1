import { metrics as otel } from '@opentelemetry/api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestMetrics } from '../../app/telemetry/test-metrics.ts'
import { type Service, startService } from './crm/service.ts'

let service: Service
let read: ReturnType<typeof startTestMetrics>
let anna: string
let eve: string
let admin: string
let contactIds: string[]

interface Page<Row> {
  readonly nodes: readonly Row[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
}
interface Contact {
  readonly id: string
  readonly name: string
  readonly deals: readonly { readonly title: string; readonly amount: number; readonly contact?: Contact }[]
}
/** What the tests look at in answers, whichever of it is there. */
interface Result {
  readonly data?: {
    readonly contacts: Page<Contact>
    readonly contact: Contact | null
    readonly deals: Page<{ readonly title: string; readonly contact: Contact | null }>
    readonly activities: Page<{ readonly action: string; readonly user: { readonly name: string } }>
  } | null
  readonly errors?: readonly {
    readonly message: string
    readonly path?: readonly string[]
    readonly extensions?: Readonly<Record<string, unknown>>
  }[]
}

const post = (json: unknown, cookie = anna, headers: Record<string, string> = {}) =>
  service.ask('POST /graphql', { json, cookie, headers })

const query = async (text: string, variables: object = {}, cookie = anna): Promise<Result> =>
  (await (await post({ query: text, variables }, cookie)).json()) as unknown as Result

beforeAll(async () => {
  read = startTestMetrics()
  service = await startService()
  anna = await service.signIn('anna@crm.example')
  eve = await service.signIn('eve@other.example')
  admin = await service.signIn('admin@crm.example')
  contactIds = []
  for (const number of [1, 2, 3, 4, 5]) {
    const json = { name: `Contact ${number}`, email: `c${number}@holm.example` }
    const { id } = await (await service.ask('POST /api/contacts', { cookie: anna, json })).json()
    contactIds.push(id)
    for (const deal of [1, 2, 3]) {
      const made = { title: `Deal ${number}.${deal}`, amount: 10 * deal, contactId: id }
      expect((await service.ask('POST /api/deals', { cookie: anna, json: made })).status).toBe(201)
    }
  }
  const users = await service.db.selectFrom('users').select(['id', 'workspace_id', 'email']).execute()
  for (const { id, workspace_id, email } of users)
    await service.db
      .insertInto('user_activities')
      .values({
        workspace_id,
        user_id: id,
        action: `by.${email.split('@')[0]}`,
        method: 'POST',
        route: '/api/contacts',
        created_at: new Date(),
      })
      .execute()
})
afterAll(async () => {
  await service?.stop()
  otel.disable()
})

/** Queries of these tables so far, by the service's own telemetry. */
const queries = async (...tables: string[]): Promise<number> =>
  (await read('database_query_duration_seconds'))
    .filter(({ attributes }) => tables.includes(String(attributes.table)))
    .reduce((sum, { value }) => sum + (value as { count: number }).count, 0)

const measured = async (operation: string, status: string): Promise<number> => {
  const point = (await read('graphql_query_duration_seconds')).find(
    ({ attributes }) => attributes.operation === operation && attributes.status === status,
  )
  return (point?.value as { count: number } | undefined)?.count ?? 0
}

describe('what is read', () => {
  test('contacts with their deals, in two queries however many they are', async () => {
    const text = `query ContactsWithDeals($first: Int!) {
      contacts(first: $first) { nodes { id name deals(first: 2) { title amount } } pageInfo { hasNextPage } }
    }`
    for (const first of [1, 5]) {
      const before = await queries('contacts', 'deals')
      const { data, errors } = await query(text, { first })
      expect(errors).toBeUndefined()
      expect(data?.contacts.nodes).toHaveLength(first)
      expect(await queries('contacts', 'deals')).toBe(before + 2)
    }
    const { data } = await query(text, { first: 5 })
    expect(data?.contacts.nodes[0]).toEqual({
      id: contactIds[4],
      name: 'Contact 5',
      // The newest two of three, newest first.
      deals: [
        { title: 'Deal 5.3', amount: 30 },
        { title: 'Deal 5.2', amount: 20 },
      ],
    })
    expect(data?.contacts.pageInfo).toEqual({ hasNextPage: false })
  })

  test('deals with their contacts, also in two', async () => {
    const before = await queries('contacts', 'deals')
    const { data } = await query('{ deals(first: 10, stage: new) { nodes { title contact { name } } } }')
    expect(data?.deals.nodes).toHaveLength(10)
    expect(data?.deals.nodes[0]).toEqual({ title: 'Deal 5.3', contact: { name: 'Contact 5' } })
    expect(await queries('contacts', 'deals')).toBe(before + 2)
  })

  test('page after page, each row once', async () => {
    const names: string[] = []
    let after: string | null = null
    do {
      const { data } = await query(
        'query($after: String) { contacts(first: 2, after: $after) { nodes { name } pageInfo { endCursor } } }',
        { after },
      )
      names.push(...(data?.contacts.nodes ?? []).map(({ name }) => name))
      after = data?.contacts.pageInfo.endCursor ?? null
    } while (after !== null)
    expect(names).toEqual(['Contact 5', 'Contact 4', 'Contact 3', 'Contact 2', 'Contact 1'])
  })

  test('one by its id; nothing of another workspace', async () => {
    const text = 'query($id: ID!) { contact(id: $id) { name deals { title } } }'
    const id = contactIds[0]
    expect((await query(text, { id })).data?.contact).toMatchObject({ name: 'Contact 1' })
    expect((await query(text, { id }, eve)).data).toEqual({ contact: null })
    expect((await query('{ contacts { nodes { id } } deals { nodes { id } } }', {}, eve)).data).toEqual({
      contacts: { nodes: [] },
      deals: { nodes: [] },
    })
  })

  test('activities: one’s own, and for admins everybody’s', async () => {
    const text = '{ activities(first: 100) { nodes { action user { name } } } }'
    /** Those of this test: the service notes what people do by itself. */
    const marked = ({ data }: Result) =>
      data?.activities.nodes.map(({ action }) => action).filter((it) => it.startsWith('by.'))
    const own = await query(text)
    expect(marked(own)).toEqual(['by.anna'])
    expect(new Set(own.data?.activities.nodes.map(({ user }) => user.name)).size).toBe(1)
    const all = await query(text, {}, admin)
    expect(marked(all)?.sort()).toEqual(['by.admin', 'by.anna'])
    expect(all.data?.activities.nodes.every(({ user }) => user.name.length > 0)).toBe(true)
  })
})

describe('what is refused', () => {
  test('nobody is let in without a session, and no body but JSON', async () => {
    expect((await post({ query: '{ contacts { nodes { id } } }' }, '')).status).toBe(401)
    const form = await service.ask('POST /graphql', {
      cookie: anna,
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'content-length': '27' },
      body: 'query={contacts{nodes{id}}}',
    })
    expect(form.status).toBe(400)
  })

  test('there is no page of scripts from elsewhere', async () => {
    const response = await service.ask('GET /graphql', { cookie: anna, headers: { accept: 'text/html' } })
    expect(response.status).toBe(405)
    expect(response.headers.get('content-security-policy')).toContain("default-src 'self'")
  })

  test.each([
    ['too many rows', '{ contacts(first: 101) { nodes { id } } }', 'Some fields are not valid.', 'first'],
    ['no rows', '{ deals(first: 0) { nodes { id } } }', 'Some fields are not valid.', 'first'],
    ['a cursor of nobody’s', '{ contacts(after: "x") { nodes { id } } }', 'Some fields are not valid.', 'cursor'],
    ['an id that is none', '{ contact(id: "1") { name } }', 'Some fields are not valid.', 'id'],
  ])('%s, with the name of the field', async (_, text, message, field) => {
    const { errors } = await query(text)
    expect(errors?.[0]).toMatchObject({ message, extensions: { code: 'validation', fields: [{ field }] } })
  })

  test('what is nested too deep', async () => {
    const deep = `{ contacts(first: 1) { nodes { ${'deals(first: 1) { contact { '.repeat(4)} name ${'} }'.repeat(4)} } } }`
    const before = await queries('contacts', 'deals')
    const response = await post({ query: deep })
    expect(response.status).toBe(422)
    const { errors } = (await response.json()) as unknown as Result
    expect(errors?.[0]?.message).toBe('The operation is nested more than 8 levels deep.')
    expect(await queries('contacts', 'deals')).toBe(before)
  })

  test('what asks for too much at once: by number, by variable, by alias, in fragments', async () => {
    const page = 'contacts(first: 100) { nodes { deals(first: 100) { title } } }'
    const half = 'contacts(first: 100) { nodes { deals(first: 30) { title } } }'
    const texts: [string, object][] = [
      [`{ ${page} }`, {}],
      ['query($n: Int!) { contacts(first: $n) { nodes { deals(first: $n) { title } } } }', { n: 100 }],
      [`{ a: ${half} b: ${half} }`, {}],
      [`{ ...F } fragment F on Query { ${page} }`, {}],
    ]
    for (const [text, variables] of texts) {
      const { errors, data } = await query(text, variables)
      expect(errors?.[0]?.message, text).toBe('The operation asks for more than 5000 objects; make `first` smaller.')
      expect(data).toBeUndefined()
    }
    expect((await query(`{ ${half} }`)).errors).toBeUndefined()
  })

  test('fragments that multiply do not keep the service busy', async () => {
    const fragments = Array.from(
      { length: 30 },
      (_, i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} __typename }`,
    )
    const text = `{ ...F0 } ${fragments.join(' ')} fragment F30 on Query { __typename }`
    const startedAt = performance.now()
    expect((await query(text)).data).toEqual({ __typename: 'Query' })
    expect(performance.now() - startedAt).toBeLessThan(2_000)
  })

  test('what is no operation of this schema, which is measured as well', async () => {
    const before = await measured('anonymous', 'error')
    const unknown = await query('query Spy { secrets }')
    expect(unknown.errors?.[0]?.message).toContain('Cannot query field "secrets"')
    expect((await query('{ contacts {')).errors?.[0]?.message).toContain('Syntax Error')
    expect(await measured('anonymous', 'error')).toBe(before + 2)
    expect(await measured('Spy', 'error')).toBe(0)
  })
})

describe('what is measured', () => {
  test('each operation under its name', async () => {
    const [named, failed] = [await measured('ListNames', 'success'), await measured('ListNames', 'error')]
    await query('query ListNames { contacts { nodes { name } } }')
    await query('query ListNames { contacts(first: 500) { nodes { name } } }')
    expect(await measured('ListNames', 'success')).toBe(named + 1)
    expect(await measured('ListNames', 'error')).toBe(failed + 1)
  })
})

describe('when something is wrong on our side', () => {
  test('a broken table is not talked about: the answer is a 500 with the id to ask for', async () => {
    await service.db.schema.alterTable('user_activities').renameTo('user_activities_away').execute()
    try {
      const response = await post({ query: '{ activities { nodes { action } } }' }, anna, {
        'x-correlation-id': 'graphql-test',
      })
      expect(response.status).toBe(500)
      const text = await response.text()
      expect(JSON.parse(text).errors).toEqual([
        {
          message: 'Something went wrong on our side.',
          locations: [{ line: 1, column: 3 }],
          path: ['activities'],
          extensions: { code: 'internal', correlationId: 'graphql-test' },
        },
      ])
      expect(text).not.toContain('user_activities')
    } finally {
      await service.db.schema.alterTable('user_activities_away').renameTo('user_activities').execute()
    }
  })

  test('a database that is away is a 503 with the time to come back', async () => {
    // The session is in the cache by now, so that it is GraphQL which meets the trouble.
    await query('{ contacts { nodes { id } } }')
    await service.database.stop()
    try {
      const response = await post({ query: 'query Away { contacts { nodes { id } } }' })
      expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5'])
      const { errors } = (await response.json()) as unknown as Result
      expect(errors?.[0]).toMatchObject({ extensions: { code: 'dependency_unavailable' } })
      expect(await measured('Away', 'error')).toBe(1)
    } finally {
      await service.database.restart()
    }
    await expect
      .poll(async () => (await post({ query: '{ contacts { nodes { id } } }' })).status, { timeout: 10_000 })
      .toBe(200)
  })
})
