/** What the page says when something fails, and that it comes back by itself. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { startPrometheus, type TestServer } from '../../integration/telemetry/servers.ts'
import { needsBrowser, type Site, startSite } from './browser.ts'
import { type Gate, startGate } from './gate.ts'

let site: Site
let prometheus: TestServer | string
let wayToPrometheus: Gate | undefined
beforeAll(async () => {
  prometheus = await startPrometheus('')
  wayToPrometheus = typeof prometheus === 'string' ? undefined : await startGate(prometheus.url)
  site = (await startSite({ ...(wayToPrometheus && { PROMETHEUS_URL: wayToPrometheus.url }) })) as Site
  await site?.service.runJobs()
})
afterAll(async () => {
  await site?.stop()
  await wayToPrometheus?.stop()
  if (typeof prometheus === 'object') await prometheus.stop()
})

/** As long as a fault may take to be seen, and its end: half of it is promised, and the machine may be busy. */
const soon = { timeout: 30_000 }

const sandbox = async (method: string, path: string, json?: object): Promise<void> => {
  const body = json && { body: JSON.stringify(json), headers: { 'content-type': 'application/json' } }
  const answer = await fetch(`${site.service.sandboxUrl}${path}`, { method, ...body })
  expect(`${method} ${path} ${answer.status}`).toMatch(/ 2\d\d$/)
}

/** A page in a context of its own. That requests fail is what is tested; that the page fails is not. */
const looking = async (url: string, who: 'admin' | 'anna', work: (page: Page) => Promise<void>): Promise<void> => {
  const context = await site.context(who)
  const page = await context.newPage()
  const broken: string[] = []
  page.on('pageerror', (error) => broken.push(error.message))
  try {
    await page.goto(url)
    await page.locator('[data-badge=database][data-tone=good]').waitFor(soon)
    await work(page)
    expect(broken).toEqual([])
  } finally {
    await context.close()
  }
}

const badge = (page: Page, name: string, tone: 'good' | 'warn' | 'bad') =>
  page.locator(`[data-badge=${name}][data-tone=${tone}]`).waitFor(soon)

/** Each waits for others most of the time, and none touches what another one looks at. */
describe.concurrent('while the rest is well', { timeout: 120_000 }, () => {
  test('a provider stops: its badge says so, also when it is asked now, and that it is back', async (context) => {
    needsBrowser(context)
    await looking(site.url, 'anna', async (page) => {
      await badge(page, 'billy', 'good')
      await sandbox('PUT', '/faults/billy', { refuse: true })
      await badge(page, 'billy', 'bad')
      await page.locator('[data-badge=billy]').click()
      const panel = page.getByRole('region', { name: 'Billy' })
      await panel.getByText('Does not answer').waitFor(soon)
      await sandbox('DELETE', '/faults/billy')
      await panel.getByRole('button', { name: 'Check now' }).click()
      await panel.getByText('Works', { exact: true }).waitFor(soon)
      await badge(page, 'billy', 'good')
      await panel.press('Escape')
      await panel.waitFor({ state: 'detached' })
      expect(await page.evaluate('document.activeElement.dataset.badge')).toBe('billy')
    })
  })

  test('Gmail asks to wait: a banner counts down, Queues says why, and all goes on by itself', async (context) => {
    needsBrowser(context)
    await sandbox('PUT', '/faults/gmail', { rateLimit: { retryAfterSeconds: 12 } })
    await looking(`${site.url}/admin/queues`, 'admin', async (page) => {
      await sandbox('PUT', '/sandbox/webhooks/target', { url: site.url, publicUrl: site.url })
      await sandbox('POST', '/sandbox/webhooks/send', { source: 'gmail' })
      const banner = page.getByRole('region', { name: 'Waiting for Gmail' })
      await banner.getByText(/^Gmail asks us to wait until \d\d:\d\d:\d\d\.$/).waitFor(soon)
      await banner.getByText('Mailbox syncs waiting: 1.').waitFor(soon)
      await badge(page, 'gmail', 'warn')
      await page
        .getByText(/^E-mail sync: 1 job put off until \d\d:\d\d:\d\d, because Gmail asked us to wait/)
        .waitFor(soon)
      await sandbox('DELETE', '/faults/gmail')
      const left = Number((await banner.getByRole('timer').textContent())?.replace('0:', ''))
      expect(left).toBeGreaterThan(0)
      expect(left).toBeLessThanOrEqual(12)
      const counted = async () => Number((await banner.getByRole('timer').textContent())?.replace('0:', ''))
      await vi.waitFor(async () => expect(await counted()).toBe(left - 1), { ...soon, interval: 100 })
      await banner.waitFor({ ...soon, state: 'detached' })
      await page.getByText('Gmail works again, and nothing waits for it any more.').waitFor(soon)
      await badge(page, 'gmail', 'good')
      await page.getByText(/because Gmail asked us to wait/).waitFor({ ...soon, state: 'detached' })
    })
  })

  test('the stream is cut: the page says since when it is old, tries again, and is told anew', async (context) => {
    needsBrowser(context)
    const gate = await startGate(site.url)
    try {
      await looking(gate.url, 'anna', async (page) => {
        const stale = page.getByText(/^What you see is old: nothing new since \d\d:\d\d:\d\d\./)
        expect(await stale.count()).toBe(0)
        gate.shut()
        await stale.waitFor(soon)
        // Nobody could tell the page of this one.
        const created = await site.service.ask('POST /api/contacts', {
          cookie: await site.cookie('anna'),
          json: { name: 'Unheard Of' },
        })
        expect(created.status).toBe(201)
        gate.open()
        await stale.waitFor({ ...soon, state: 'detached' })
        await page.getByText('Unheard Of').waitFor(soon)
      })
    } finally {
      await gate.stop()
    }
  })

  test('the session is over: the page says so, with the way back to where one was', async (context) => {
    needsBrowser(context)
    const fresh = await site.context('nobody')
    const page = await fresh.newPage()
    const address = `${site.url}/?q=nobody`
    await page.goto(
      `${site.url}/api/auth/login?login_hint=bo@crm.example&return_to=${encodeURIComponent('/?q=nobody')}`,
    )
    await page.getByRole('heading', { name: 'Contacts', level: 1 }).waitFor(soon)
    expect(page.url()).toBe(address)
    await fresh.clearCookies()
    await page.getByRole('searchbox').fill('somebody')
    const back = page.getByRole('link', { name: 'Sign in' }).first()
    await back.waitFor(soon)
    expect(await back.getAttribute('href')).toMatch(/^\/api\/auth\/login\?return_to=%2F%3Fq%3D/)
    await back.click()
    await page.getByRole('link', { name: 'Bo Nielsen' }).click()
    await page.getByRole('heading', { name: 'Contacts', level: 1 }).waitFor(soon)
    expect(new URL(page.url()).pathname).toBe('/')
    await fresh.close()
  })

  test('Prometheus is away: the parts that need it say so, the rest goes on, and they come back', async (context) => {
    needsBrowser(context)
    if (!wayToPrometheus) return context.skip(String(prometheus))
    const gate = wayToPrometheus
    await looking(`${site.url}/admin`, 'admin', async (page) => {
      const trouble = page.getByRole('alert').filter({ hasText: 'Prometheus' })
      await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor()
      await vi.waitFor(async () => expect(await trouble.count()).toBe(0), soon)
      gate.shut()
      await trouble.first().waitFor({ timeout: 40_000 })
      await badge(page, 'database', 'good')
      gate.open()
      await trouble.first().getByRole('button', { name: 'Try again' }).click()
      await vi.waitFor(async () => expect(await trouble.count()).toBe(0), { timeout: 40_000, interval: 200 })
    })
  })
})

test('a contact: what is wrong stands at its field, the rest is saved and seen by others at once', async (context) => {
  needsBrowser(context)
  await looking(site.url, 'admin', async (other) => {
    await looking(site.url, 'admin', async (page) => {
      await page.getByRole('button', { name: 'New contact' }).click()
      const form = page.getByRole('dialog', { name: 'New contact' })
      await form.getByLabel('Name').fill('Clara Friis')
      await form.getByLabel('E-mail').fill('clara')
      await form.getByRole('button', { name: 'Save' }).click()
      const email = form.locator('input[name=email][aria-invalid=true]')
      await email.waitFor(soon)
      expect(await page.evaluate('document.activeElement.name')).toBe('email')
      expect(await form.locator(`[id="${await email.getAttribute('aria-describedby')}"]`).textContent()).toContain(
        'anna@holm.example',
      )
      await email.fill('clara@friis.example')
      await form.getByRole('button', { name: 'Save' }).click()
      await form.waitFor({ ...soon, state: 'detached' })
      await page.getByText('Clara Friis was created.').waitFor(soon)
      await other.getByRole('button', { name: 'Clara Friis' }).waitFor(soon)
    })
  })
})

test('a webhook that failed is replayed: asked first, done, and told', { timeout: 120_000 }, async (context) => {
  needsBrowser(context)
  const { id } = await site.service.db
    .insertInto('webhook_events')
    .values({
      source: 'ghl',
      event_id: 'replay-me',
      event_type: 'ContactDelete',
      contact_key: 'nobody',
      payload: JSON.stringify({
        webhookId: 'replay-me',
        type: 'ContactDelete',
        data: { contactId: 'nobody', sequence: 1 },
      }),
      status: 'error',
      error_message: 'timeout',
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  const eventNow = () =>
    site.service.db
      .selectFrom('webhook_events')
      .select(['status', 'attempts'])
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
  await looking(`${site.url}/admin/queues?tab=events&status=error`, 'admin', async (page) => {
    await page.getByRole('button', { name: 'Details: ContactDelete' }).click()
    await page.getByRole('button', { name: 'Replay' }).click()
    const question = page.getByRole('dialog')
    await question.getByRole('button', { name: 'Cancel' }).click()
    expect(await eventNow()).toEqual({ status: 'error', attempts: 0 })
    await page.getByRole('button', { name: 'Replay' }).click()
    await question.getByRole('button', { name: 'Replay' }).click()
    await page.getByText('The event is pending again').first().waitFor(soon)
    // Pending again, or already worked off once more.
    await expect.poll(eventNow, soon).not.toEqual({ status: 'error', attempts: 0 })
  })
})

test('the database stops: its badge says so, the page stays, and all comes back', {
  timeout: 120_000,
}, async (context) => {
  needsBrowser(context)
  await looking(site.url, 'anna', async (page) => {
    await site.service.database.stop()
    await badge(page, 'database', 'bad')
    await page.getByRole('searchbox').fill('holm')
    await page.getByRole('alert').first().waitFor(soon)
    expect(await page.getByText('Sign in').count()).toBe(0)
    await site.service.database.restart()
    await badge(page, 'database', 'good')
    await expect
      .poll(
        async () => {
          const again = page.getByRole('button', { name: 'Try again' })
          if (await again.isVisible()) await again.click()
          return await page.getByRole('alert').count()
        },
        { ...soon, interval: 500 },
      )
      .toBe(0)
  })
})
