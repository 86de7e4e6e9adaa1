import { expect, it } from 'vitest'
import { enrichment } from './enrichment.ts'
import { onError } from './problem.ts'

const app = enrichment()
app.onError(onError)
const ask = (query: string) => app.request(`/companies${query}`)

it('always knows the same company by the same domain', async () => {
  const first = await (await ask('?domain=north-sea.example')).json()
  expect(first).toEqual(await (await ask('?domain=North-Sea.Example%20')).json())
  expect(first).toMatchObject({
    domain: 'north-sea.example',
    name: 'North Sea',
    industry: expect.any(String),
    employees: expect.any(Number),
    website: 'https://www.north-sea.example',
  })
  expect(await (await ask('?domain=south-sea.example')).json()).not.toMatchObject({
    founded: (first as { founded: number }).founded,
  })
})

it('knows domains with letters beyond ASCII', async () => {
  expect(await (await ask(`?domain=${encodeURIComponent('münchen.de')}`)).json()).toMatchObject({
    domain: 'xn--mnchen-3ya.de',
  })
})

it('knows nothing of mailboxes', async () => {
  const response = await ask('?domain=gmail.com')
  expect([response.status, await response.json()]).toEqual([
    404,
    { error: 'not_found', message: 'Nothing is known of gmail.com.' },
  ])
})

it.each([
  ['nothing', ''],
  ['an empty domain', '?domain='],
  ['a name without a dot', '?domain=localhost'],
  ['an empty label', '?domain=a..b'],
  ['a label that begins with a dash', '?domain=-a.dk'],
  ['SQL', "?domain=x'%20or%201=1"],
  ['4 kB', `?domain=${'a.'.repeat(2_000)}dk`],
])('refuses %s', async (_, query) => {
  const response = await ask(query)
  expect([response.status, ((await response.json()) as { error: string }).error]).toEqual([400, 'invalid_domain'])
})
