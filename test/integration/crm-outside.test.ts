import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createOutside } from '../../app/adapters/create.ts'
import { AdapterError, type Outside } from '../../app/adapters/outside.ts'
import { syncCalendarEvent } from '../../app/modules/calendar/job.ts'
import { createCalendarEvent } from '../../app/modules/calendar/service.ts'
import { sendInvoice } from '../../app/modules/invoices/job.ts'
import type { QueueName } from '../../app/telemetry/jobs.ts'
import { runJob } from '../../app/telemetry/jobs.ts'
import { startTestMetrics } from '../../app/telemetry/test-metrics.ts'
import { type Service, startService } from './crm/service.ts'

const metric = startTestMetrics()
/** A counter's value for one status. */
const counted = async (name: string, status: string): Promise<number> =>
  Number((await metric(name)).find(({ attributes }) => attributes.status === status)?.value ?? 0)

let service: Service
let anna: string
let eve: string
/** Gives up at once, so that tests need not wait. */
let outside: Outside

beforeAll(async () => {
  service = await startService()
  anna = await service.signIn('anna@crm.example')
  eve = await service.signIn('eve@other.example')
  outside = createOutside(service.config.outside, { policy: { retries: 0, breakerFailures: 1_000 } })
})
afterAll(async () => {
  await outside?.close()
  await service?.stop()
})

type Fields = Readonly<Record<string, unknown>> & { readonly id: string }

const send = async (what: string, json?: unknown, headers: Record<string, string> = {}, cookie = anna) => {
  const response = await service.ask(what, { cookie, headers, ...(json !== undefined && { json }) })
  const text = await response.text()
  return { status: response.status, body: (text ? JSON.parse(text) : {}) as Fields }
}

const faulty = new Set<string>()
const fault = async (provider: string, json: object | undefined) => {
  faulty.add(provider)
  const response = await fetch(`${service.sandboxUrl}/faults/${provider}`, {
    method: json ? 'PUT' : 'DELETE',
    ...(json && { body: JSON.stringify(json), headers: { 'content-type': 'application/json' } }),
  })
  expect(response.ok).toBe(true)
}
afterEach(async () => {
  for (const provider of faulty) await fault(provider, undefined)
  faulty.clear()
})

/** The job about something, as it is stored. */
const jobAbout = async <D extends object>(queue: QueueName, field: string, value: string) => {
  const { rows } = await sql<{ id: string; data: D & { trace: { correlationId: string } } }>`
    select id, data from pgboss.job where name = ${queue} and data->>${field} = ${value} order by created_on desc limit 1`.execute(
    service.db,
  )
  const [job] = rows
  if (!job) throw new Error(`no job of ${queue} about ${value}`)
  return job
}

const isFirst = { number: 1, isLast: false }
const isLast = { number: 13, isLast: true }

describe('invoices', () => {
  const newDeal = async (amount = 1_500) => (await send('POST /api/deals', { title: 'Windows', amount })).body.id
  const invoiceOf = (dealId: string) => send(`POST /api/deals/${dealId}/invoice`)
  const read = async (id: string) => (await send(`GET /api/invoices/${id}`)).body
  const jobOf = async (invoiceId: string) =>
    (await jobAbout<{ workspaceId: string; invoiceId: string }>('invoice-creation', 'invoiceId', invoiceId)).data
  const run = async (invoiceId: string, attempt = isFirst) =>
    await sendInvoice({ db: service.db, outside }, await jobOf(invoiceId), attempt)

  test('a deal has one: a draft at once, sent with Billy’s number; a second call and a second run make no other', async () => {
    const dealId = await newDeal()
    const first = await invoiceOf(dealId)
    expect(first).toMatchObject({ status: 201, body: { status: 'draft', amount: 1_500, dealId, invoiceNo: null } })
    expect(await invoiceOf(dealId)).toMatchObject({ status: 200, body: { id: first.body.id } })
    await run(first.body.id)
    const sent = await read(first.body.id)
    expect(sent).toMatchObject({ status: 'sent', invoiceNo: expect.stringMatching(/./), errorReason: null })
    // As if the process had been killed between Billy's answer and our note of it.
    await service.db.updateTable('invoices').set({ status: 'sending' }).where('id', '=', first.body.id).execute()
    await run(first.body.id)
    expect((await read(first.body.id)).invoiceNo).toBe(sent.invoiceNo)
    expect((await send(`GET /api/invoices?dealId=${dealId}&status=sent`)).body.invoices).toHaveLength(1)
    expect((await send(`GET /api/invoices/${first.body.id}`, undefined, {}, eve)).status).toBe(404)
  })

  test('of one’s own lines: the same externalId is the same invoice; wrong fields are named', async () => {
    const json = {
      externalId: 'order-17',
      customerName: 'Lund',
      lines: [{ description: 'x', quantity: 3, unitPrice: 0.1 }],
    }
    const made = await send('POST /api/invoices', json)
    expect(made).toMatchObject({ status: 201, body: { amount: 0.3, externalId: 'order-17' } })
    expect(await send('POST /api/invoices', json)).toMatchObject({ status: 200, body: { id: made.body.id } })
    const wrong = await send('POST /api/invoices', { lines: [] })
    expect(wrong.body.errors).toMatchObject([{ field: 'lines' }, { field: 'contactId' }])
    expect((await send('POST /api/invoices', { lines: json.lines })).body.errors).toMatchObject([
      { field: 'contactId' },
    ])
    expect((await invoiceOf(await newDeal(0))).status).toBe(409)
  })

  test('while Billy is away it is tried again, after the last attempt it has failed, and people may send it again', async () => {
    const statuses = ['draft', 'sending', 'failed', 'sent']
    const figures = () => Promise.all(statuses.map((status) => counted('invoices_total', status)))
    const before = await figures()
    const { body } = await invoiceOf(await newDeal())
    await fault('billy', { status: 500 })
    await expect(run(body.id)).rejects.toBeInstanceOf(AdapterError)
    expect(await read(body.id)).toMatchObject({ status: 'sending' })
    expect((await send(`POST /api/invoices/${body.id}/retry`)).status).toBe(409)
    await run(body.id, isLast)
    expect(await read(body.id)).toMatchObject({ status: 'failed', errorReason: 'dependency_unavailable' })
    expect((await send('GET /api/notifications')).body.notifications).toMatchObject([
      { type: 'invoice.failed', data: { invoiceId: body.id, reason: 'dependency_unavailable' } },
    ])
    await fault('billy', undefined)
    expect(await send(`POST /api/invoices/${body.id}/retry`)).toMatchObject({ status: 202, body: { status: 'draft' } })
    await run(body.id)
    expect(await read(body.id)).toMatchObject({ status: 'sent', errorReason: null })
    // A draft twice, and sending twice: what is tried again while it is being sent enters nothing new.
    expect((await figures()).map((now, index) => now - (before[index] ?? 0))).toEqual([2, 2, 1, 1])
  })

  test('without credentials for Billy an invoice fails and says so; it is kept for when they are there', async () => {
    const { body } = await invoiceOf(await newDeal())
    const { billy } = service.config.outside
    const without = createOutside({ ...service.config.outside, billy: { ...billy, accessToken: undefined } })
    await sendInvoice({ db: service.db, outside: without }, await jobOf(body.id), isFirst)
    await without.close()
    expect(await read(body.id)).toMatchObject({ status: 'failed', errorReason: 'unauthorized' })
  })

  test('what Billy refuses has failed at once; a rate limit puts it off, also at the last attempt', async () => {
    const refused = await invoiceOf(await newDeal())
    await fault('billy', { status: 422 })
    await run(refused.body.id)
    expect(await read(refused.body.id)).toMatchObject({ status: 'failed', errorReason: 'invalid_data' })
    const limited = await invoiceOf(await newDeal())
    await fault('billy', { rateLimit: { retryAfterSeconds: 1 } })
    await expect(run(limited.body.id, isLast)).rejects.toMatchObject({ reason: 'rate_limited' })
    expect(await read(limited.body.id)).toMatchObject({ status: 'sending' })
    await fault('billy', undefined)
    // The adapter itself waits until the time that Billy named.
    await run(limited.body.id)
    expect(await read(limited.body.id)).toMatchObject({ status: 'sent' })
  })

  test('Billy is told the correlation id of the request that caused it', async () => {
    const seen: { path: string | undefined; correlationId: unknown }[] = []
    const billy: Server = createServer(async (request: IncomingMessage, response) => {
      seen.push({ path: request.url, correlationId: request.headers['x-correlation-id'] })
      for await (const _ of request);
      const invoice = { id: 'b1', invoiceNo: '17', state: 'approved', amount: 1_500, currencyId: 'DKK' }
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(request.url === '/contacts' ? { contacts: [{ id: 'c1' }] } : { invoices: [invoice] }))
    }).listen(0, '127.0.0.1')
    await once(billy, 'listening')
    const config = {
      ...service.config.outside.billy,
      baseUrl: `http://127.0.0.1:${(billy.address() as AddressInfo).port}`,
    }
    const here = createOutside({ ...service.config.outside, billy: config })
    const dealId = await newDeal()
    const { body } = await send(`POST /api/deals/${dealId}/invoice`, undefined, {
      'X-Correlation-ID': 'deal-is-won-17',
    })
    const job = await jobAbout<{ workspaceId: string; invoiceId: string }>('invoice-creation', 'invoiceId', body.id)
    await runJob('invoice-creation', job, ({ data }) => sendInvoice({ db: service.db, outside: here }, data, isFirst))
    await here.close()
    billy.close()
    expect(seen).toEqual([
      { path: '/contacts', correlationId: 'deal-is-won-17' },
      { path: '/invoices', correlationId: 'deal-is-won-17' },
    ])
    expect(await read(body.id)).toMatchObject({ status: 'sent', invoiceNo: '17' })
  })
})

describe('calendar events', () => {
  const monday = { summary: 'Visit', startsAt: '2027-01-04T09:00:00Z', endsAt: '2027-01-04T10:00:00.000Z' }
  const sync = async (id: string) => {
    const about = await jobAbout<{ workspaceId: string; calendarEventId: string }>(
      'calendar-sync',
      'calendarEventId',
      id,
    )
    await syncCalendarEvent({ db: service.db, outside }, about.data)
  }
  const atGoogle = async () =>
    (
      await outside.calendar.listEvents({
        from: new Date('2027-01-04T08:59:00Z'),
        to: new Date('2027-01-04T10:01:00Z'),
        limit: 250,
      })
    ).items.filter(({ summary }) => summary === 'Visit')
  const listed = async () =>
    (await send('GET /api/calendar-events?from=2027-01-04T00:00:00Z&to=2027-01-05T00:00:00Z')).body.events

  test('are entered at Google in the background, once Google is there, and removed again', async () => {
    await fault('google-calendar', { status: 503 })
    const { status, body } = await send('POST /api/calendar-events', monday)
    expect([status, body]).toMatchObject([201, { summary: 'Visit', status: 'pending' }])
    await expect(sync(body.id)).rejects.toBeInstanceOf(AdapterError)
    expect(await listed()).toMatchObject([{ id: body.id, status: 'pending' }])
    await fault('google-calendar', undefined)
    await sync(body.id)
    await sync(body.id)
    expect(await listed()).toMatchObject([{ id: body.id, status: 'synced', startsAt: '2027-01-04T09:00:00.000Z' }])
    expect(await atGoogle()).toHaveLength(1)
    expect((await send(`DELETE /api/calendar-events/${body.id}`, undefined, {}, eve)).status).toBe(404)
    expect((await send(`DELETE /api/calendar-events/${body.id}`)).status).toBe(204)
    expect(await listed()).toEqual([])
    expect((await send(`DELETE /api/calendar-events/${body.id}`)).status).toBe(404)
    await sync(body.id)
    expect(await atGoogle()).toEqual([])
  })

  test('deleted while Google is asked do not stay there', async () => {
    const { body } = await send('POST /api/calendar-events', monday)
    const { data } = await jobAbout<{ workspaceId: string; calendarEventId: string }>(
      'calendar-sync',
      'calendarEventId',
      body.id,
    )
    const calendar = {
      ...outside.calendar,
      createEvent: async (...args: Parameters<Outside['calendar']['createEvent']>) => {
        const created = await outside.calendar.createEvent(...args)
        await send(`DELETE /api/calendar-events/${body.id}`)
        return created
      },
    }
    await syncCalendarEvent({ db: service.db, outside: { ...outside, calendar } }, data)
    expect(await atGoogle()).toEqual([])
    // The job of the deletion has nothing left to do.
    await sync(body.id)
  })

  test('cannot be made where no calendar is configured, which says what is missing', async () => {
    const { google } = service.config.outside
    const without = createOutside({ ...service.config.outside, google: { ...google, clientId: undefined } })
    const making = createCalendarEvent({ db: service.db, jobs: service.queue, outside: without }, 'any', monday)
    await expect(making).rejects.toMatchObject({
      type: 'dependency_unavailable',
      message: expect.stringContaining('GOOGLE_CLIENT_ID'),
    })
    await without.close()
  })

  test('that end before they begin are refused by name', async () => {
    const { body } = await send('POST /api/calendar-events', { ...monday, endsAt: monday.startsAt })
    expect(body.errors).toMatchObject([{ field: 'endsAt', message: 'must be after startsAt' }])
  })
})
