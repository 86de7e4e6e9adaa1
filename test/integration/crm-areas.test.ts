import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { syncCalendarEvent } from '../../app/modules/calendar/job.ts'
import { pipelineTotals } from '../../app/modules/deals/gauges.ts'
import { runLeadWorkflow } from '../../app/modules/leads/workflow.ts'
import { startTestMetrics } from '../../app/telemetry/test-metrics.ts'
import { type Service, startService } from './crm/service.ts'

const metric = startTestMetrics()
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

describe('the workflow of a lead', () => {
  const deps = (): Parameters<typeof runLeadWorkflow>[0] => ({
    config: service.config,
    db: service.db,
    jobs: service.queue,
    outside: service.outside,
  })

  /** What a workflow leaves behind; each once. */
  const effectsOf = async (leadId: string) => {
    const about = sql<boolean>`metadata->>'leadId' = ${leadId}`
    const events = await service.db.selectFrom('business_events').select('type').where(about).orderBy('id').execute()
    const told = await service.db
      .selectFrom('notifications')
      .select('type')
      .where(sql<boolean>`data->>'leadId' = ${leadId}`)
      .execute()
    const calendar = await service.db
      .selectFrom('calendar_events')
      .select(['google_id', 'status'])
      .where('lead_id', '=', leadId)
      .execute()
    return { events: events.map(({ type }) => type), told: told.map(({ type }) => type), calendar }
  }
  const allEffects = (leadId: string) => ({
    events: ['geo_tag_added', 'calendar_event_created', 'sales_notified', 'workflow_complete'],
    told: ['lead.ready'],
    calendar: [{ google_id: `lead${leadId.replaceAll('-', '')}`, status: 'synced' }],
  })

  const newLead = async (contact: object = { name: 'Lis Holm', phone: '+46 8 123 456' }) => {
    const { id: contactId } = await made('POST /api/contacts', contact)
    const lead = await made('POST /api/leads', { title: 'Office, 400 m²', contactId })
    const { workspace_id } = await service.db
      .selectFrom('leads')
      .select('workspace_id')
      .where('id', '=', lead.id)
      .executeTakeFirstOrThrow()
    return { leadId: lead.id, workspaceId: workspace_id }
  }

  test('qualifies, tags, makes the calendar event, tells sales and completes; the job’s data are ids', async () => {
    const job = await newLead()
    const { rows } = await sql<{ data: object }>`
      select data - 'trace' as data from pgboss.job where name = 'lead-workflow' and data->>'leadId' = ${job.leadId}`.execute(
      service.db,
    )
    expect(rows).toEqual([{ data: job }])
    await runLeadWorkflow(deps(), job)
    expect(await effectsOf(job.leadId)).toEqual(allEffects(job.leadId))
    expect((await send(`GET /api/leads/${job.leadId}`)).body).toMatchObject({ status: 'qualified', region: 'SE' })
    expect((await send('GET /api/notifications?limit=1')).body.notifications).toMatchObject([
      { type: 'lead.ready', data: { leadId: job.leadId } },
    ])
    const found = await service.outside.calendar.listEvents({
      from: new Date(),
      to: new Date(Date.now() + 7 * 24 * 3_600_000),
      limit: 250,
    })
    const atGoogle = found.items.filter(({ id }) => id === `lead${job.leadId.replaceAll('-', '')}`)
    expect(atGoogle).toMatchObject([{ summary: 'Follow up: Office, 400 m²' }])
    expect([0, 6]).not.toContain(atGoogle[0]?.startsAt.getUTCDay())
  })

  test('of somebody who cannot be reached leaves the lead as new; what people decided stays', async () => {
    const unreachable = await newLead({ name: 'Nobody' })
    await runLeadWorkflow(deps(), unreachable)
    expect((await send(`GET /api/leads/${unreachable.leadId}`)).body).toMatchObject({
      status: 'new',
      region: 'unknown',
    })
    const lost = await newLead()
    await send(`PATCH /api/leads/${lost.leadId}`, { status: 'lost' })
    await runLeadWorkflow(deps(), lost)
    expect((await send(`GET /api/leads/${lost.leadId}`)).body).toMatchObject({ status: 'lost' })
  })

  test('a crash after the calendar has the event, and before we note it: the next attempt goes on, each effect exists once', async () => {
    const job = await newLead()
    const calendar = {
      ...service.outside.calendar,
      createEvent: async (...args: Parameters<typeof service.outside.calendar.createEvent>) => {
        await service.outside.calendar.createEvent(...args)
        throw new Error('the process is killed here')
      },
    }
    const dying = { ...deps(), outside: { ...service.outside, calendar } }
    await expect(runLeadWorkflow(dying, job)).rejects.toThrow('killed here')
    expect(await effectsOf(job.leadId)).toEqual({ events: ['geo_tag_added'], told: [], calendar: [] })
    await runLeadWorkflow(deps(), job)
    await runLeadWorkflow(deps(), job)
    expect(await effectsOf(job.leadId)).toEqual(allEffects(job.leadId))
  })

  test('begins with leads that are counted by their source; what is no name counts as other', async () => {
    for (const source of ['fair', 'FAIR', 'somebody told me, +45 12 34 56 78'])
      await made('POST /api/leads', { title: 'Counted', source })
    const points = await metric('leads_created_total')
    const bySource = Object.fromEntries(points.map(({ attributes, value }) => [attributes.source, value]))
    expect(bySource).toMatchObject({ fair: 2, other: 1 })
    expect(Object.keys(bySource).toSorted()).toEqual(['fair', 'other', 'web'])
  })

  test('of a lead that is deleted meanwhile ends without effects', async () => {
    const job = await newLead()
    expect((await send(`DELETE /api/leads/${job.leadId}`, undefined, eve)).status).toBe(404)
    expect((await send(`DELETE /api/leads/${job.leadId}`)).status).toBe(204)
    await runLeadWorkflow(deps(), job)
    expect(await effectsOf(job.leadId)).toEqual({ events: [], told: [], calendar: [] })
  })

  test('of a lead that is deleted afterwards: its follow-up leaves the calendar too', async () => {
    const job = await newLead()
    await runLeadWorkflow(deps(), job)
    const [event] = await service.db
      .selectFrom('calendar_events')
      .selectAll()
      .where('lead_id', '=', job.leadId)
      .execute()
    const calendarEventId = event?.id ?? ''
    await send(`DELETE /api/leads/${job.leadId}`)
    const { rows } = await sql`
      select 1 from pgboss.job where name = 'calendar-sync' and data->>'calendarEventId' = ${calendarEventId}`.execute(
      service.db,
    )
    expect(rows).toHaveLength(1)
    await syncCalendarEvent(deps(), { workspaceId: job.workspaceId, calendarEventId })
    expect(
      await service.db.selectFrom('calendar_events').select('id').where('id', '=', calendarEventId).execute(),
    ).toEqual([])
  })

  test('two attempts at the same time do each step once', async () => {
    const job = await newLead()
    await Promise.all([runLeadWorkflow(deps(), job), runLeadWorkflow(deps(), job), runLeadWorkflow(deps(), job)])
    expect(await effectsOf(job.leadId)).toEqual(allEffects(job.leadId))
  })
})
