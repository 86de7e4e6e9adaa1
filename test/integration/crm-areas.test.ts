import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pipelineTotals } from '../../app/modules/deals/gauges.ts'
import { type Service, startService } from './crm/service.ts'

let service: Service
let ask: Service['ask']
let anna: string
let eve: string

beforeAll(async () => {
  service = await startService()
  ask = service.ask
  anna = await service.signIn('anna@crm.example')
  eve = await service.signIn('eve@other.example')
})
afterAll(() => service?.stop())

/** What these tests look at in answers. */
type Fields = Readonly<Record<string, unknown>> & { readonly id: string }

const send = async (what: string, json?: unknown, cookie = anna) => {
  const response = await ask(what, { cookie, ...(json !== undefined && { json }) })
  const text = await response.text()
  return { status: response.status, body: (text ? JSON.parse(text) : {}) as Fields }
}

/** Creates something, which must succeed. */
const made = async (what: string, json: unknown, cookie = anna): Promise<Fields> => {
  const { status, body } = await send(what, json, cookie)
  expect([status, body]).toEqual([201, expect.anything()])
  return body
}

const wrongFields = async (what: string, json: unknown): Promise<string[]> => {
  const { status, body } = await send(what, json)
  expect(status).toBe(422)
  return (body.errors as { field: string }[]).map(({ field }) => field)
}

describe('pipelines and deals', () => {
  test('a workspace has one default pipeline, also when two ask at once', async () => {
    const lists = await Promise.all([send('GET /api/pipelines'), send('GET /api/pipelines')])
    for (const { body } of lists)
      expect(body.pipelines).toMatchObject([{ name: 'Sales', currency: 'DKK', isDefault: true }])
  })

  test('a deal takes the default pipeline and its currency, and goes from stage to stage', async () => {
    const contact = await made('POST /api/contacts', { name: 'Dea Lund' })
    const deal = await made('POST /api/deals', { title: 'Weekly, 400 m²', amount: 12_500.5, contactId: contact.id })
    expect(deal).toMatchObject({ amount: 12_500.5, currency: 'DKK', stage: 'new', contactId: contact.id })
    const to = (stage: string) => send(`PATCH /api/deals/${deal.id}`, { stage })
    const refused = await to('won')
    expect(refused.status).toBe(409)
    expect(refused.body.detail).toBe('A deal that is new cannot become won.')
    for (const stage of ['qualified', 'proposal', 'won', 'won']) expect((await to(stage)).status).toBe(200)
    expect((await to('lost')).status).toBe(409)
    expect((await send(`GET /api/deals/${deal.id}`)).body).toMatchObject({ stage: 'won' })
    const events = await service.db.selectFrom('business_events').select('metadata').orderBy('id').execute()
    expect(events.map(({ metadata }) => metadata.to)).toEqual(['qualified', 'proposal', 'won'])
  })

  test('deals are listed by stage, pipeline and contact, in pages', async () => {
    const pipeline = await made('POST /api/pipelines', { name: 'Abroad', currency: 'EUR' })
    const deals: Fields[] = []
    for (const amount of [1, 2, 3])
      deals.push(await made('POST /api/deals', { title: `${amount}`, amount, pipelineId: pipeline.id }))
    const other = await made('POST /api/deals', {
      title: 'In kroner',
      amount: 500,
      currency: 'DKK',
      pipelineId: pipeline.id,
    })
    await send(`PATCH /api/deals/${deals[0]?.id}`, { stage: 'lost' })
    const first = (await send(`GET /api/deals?pipelineId=${pipeline.id}&stage=new&limit=2`)).body
    expect(first.deals).toMatchObject([{ id: other.id }, { title: '3', currency: 'EUR' }])
    const second = (await send(`GET /api/deals?pipelineId=${pipeline.id}&stage=new&limit=2&cursor=${first.nextCursor}`))
      .body
    expect(second).toMatchObject({ deals: [{ title: '2' }], nextCursor: null })
    const board = (await send(`GET /api/pipelines/${pipeline.id}`)).body
    // What is in kroner counts as a deal, and not in euros.
    expect(board.stages).toEqual([
      { stage: 'new', deals: 3, value: 5 },
      { stage: 'qualified', deals: 0, value: 0 },
      { stage: 'proposal', deals: 0, value: 0 },
      { stage: 'won', deals: 0, value: 0 },
      { stage: 'lost', deals: 1, value: 1 },
    ])
    expect(await pipelineTotals(service.db)).toContainEqual({ stage: 'lost', deals: 1, value: 1 })
  })

  test('bad input names its fields; another workspace sees nothing', async () => {
    expect(await wrongFields('POST /api/deals', { title: '', amount: -1, currency: 'kr' })).toEqual([
      'title',
      'amount',
      'currency',
    ])
    expect(await wrongFields('POST /api/deals', { title: 'x', amount: 0.001 })).toEqual(['amount'])
    const hers = await made('POST /api/contacts', { name: 'Hers' }, eve)
    expect(await wrongFields('POST /api/deals', { title: 'x', contactId: hers.id })).toEqual(['contactId'])
    const { id } = await made('POST /api/deals', { title: 'Ours' })
    expect((await send(`GET /api/deals/${id}`, undefined, eve)).status).toBe(404)
    expect((await send(`PATCH /api/deals/${id}`, { stage: 'lost' }, eve)).status).toBe(404)
    expect((await ask('GET /api/deals')).status).toBe(401)
  })
})
