import { createTransport } from 'nodemailer'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Inbox } from './inbox.ts'
import type { Entry } from './inbox-entry.ts'
import { Mailbox } from './mail/mailbox.ts'
import { type MailServer, startMailServer } from './mail/server.ts'
import { mrkdwn } from './mrkdwn.ts'
import { sandboxForTest } from './testing.ts'

let server: MailServer
let inbox: Inbox
let time: number
let post: (receiver: string, payload: unknown) => Promise<Response>
let entries: () => Promise<Entry[]>
let page: (query?: string) => Promise<string>
beforeEach(async () => {
  time = Date.parse('2026-11-21T10:00:00Z')
  inbox = new Inbox({ now: () => time })
  server = await startMailServer({ host: '127.0.0.1', port: 0, mailbox: { add: (to, raw) => inbox.addMail(to, raw) } })
  const mailbox = new Mailbox()
  const { ask, json } = await sandboxForTest({ inbox, mailbox })
  post = async (receiver, payload) => ask('POST', `/inbox/${receiver}`, payload)
  entries = () => json<Entry[]>(ask('GET', '/inbox.json'))
  page = async (query = '') => (await ask('GET', `/inbox${query}`)).text()
})
afterEach(() => server.stop())

const runbook = 'http://127.0.0.1:3001/runbooks/database-down'

const mail = (subject: string, html: string) =>
  createTransport(`smtp://${server.address}`).sendMail({
    from: 'CRM alerts <alerts@crm.example>',
    to: 'oncall-platform@crm.example',
    subject,
    text: `The database does not answer.\n\nRunbook:   ${runbook}\n`,
    html,
    headers: { References: '<alert-1@alertmanager>' },
  })

const incident = (event_action: string, more: object = {}) => ({
  routing_key: 'k',
  event_action,
  dedup_key: 'd-1',
  payload: {
    summary: '[FIRING:1] DatabaseDown · P1: The database does not answer.',
    source: 'database',
    component: 'platform',
    severity: 'critical',
    custom_details: { first_step: 'Start it.', firing: '' },
    ...more,
  },
  links: [{ href: runbook, text: 'Runbook' }],
})

it('an e-mail is an entry, read like the others, and shown as a mail program shows it', async () => {
  await mail('[FIRING:1] DatabaseDown · P1: The database does not answer.', '<h1>Down</h1><script>alert(1)</script>')
  const [entry] = await entries()
  expect(entry).toMatchObject({
    receiver: 'oncall-platform',
    via: 'email',
    status: 'firing',
    thread: '<alert-1@alertmanager>',
    alerts: [{ labels: { alertname: 'DatabaseDown', priority: 'P1' }, annotations: { runbook_url: runbook } }],
  })
  const text = await page()
  expect(text).toContain('to oncall-platform@crm.example')
  expect(text).toContain('srcdoc="&lt;h1&gt;Down&lt;/h1&gt;')
  // No scripts in the frame, and none in the page.
  expect(text).toContain('sandbox="allow-same-origin allow-popups"')
  expect(text).not.toContain('<script>alert')
})

it('an incident opens and closes; what resolves it is joined to it', async () => {
  await post('pagerduty', incident('trigger'))
  time += 95_000
  await post('pagerduty', incident('resolve'))
  const text = await page()
  expect(text.match(/<article/g)).toHaveLength(1)
  expect(text).toContain('first told 10:00:00 UTC, over 95 s later')
  expect(text).toContain('<th>first step</th><td>Start it.</td>')
  expect(text).toContain('service <strong>platform</strong>')
  expect(text).not.toContain('<th>firing</th>')
  time += 60_000
  await post('pagerduty', incident('trigger'))
  expect((await page()).match(/<article/g)).toHaveLength(2)
})

it('a resolved e-mail belongs to the one that told of it', async () => {
  await mail('[FIRING:1] DatabaseDown · P1: It does not answer.', '<p>a</p>')
  await mail('[RESOLVED] DatabaseDown · P1: It does not answer.', '<p>b</p>')
  expect((await entries()).map(({ status }) => status)).toEqual(['resolved', 'firing'])
  expect((await page()).match(/<article/g)).toHaveLength(1)
})

it('Slack’s markup is shown as Slack shows it', async () => {
  const shown = async (text: string) => (await Promise.all(mrkdwn(text))).join('')
  expect(await shown('*Impact:* a &amp; b\n<http://a.example/x?b=1&amp;c=2|Run*book>')).toBe(
    '<strong>Impact:</strong> a &amp; b<br><a href="http://a.example/x?b=1&amp;c=2">Run*book</a>',
  )
  expect(await shown('2*3*4, _no_, ~gone~ `*code*`')).toBe('2*3*4, <em>no</em>, <s>gone</s> <code>*code*</code>')
  expect(await shown('<javascript:alert(1)|here> &lt;b&gt;')).toBe('here &lt;b&gt;')
})

it('is filtered by receiver, by channel and by what is still open', async () => {
  await post('slack-crm', { attachments: [{ title: '[FIRING:1] Slow · P3: s', color: 'warning' }] })
  await post('pagerduty', incident('trigger'))
  await post('pagerduty', incident('resolve'))
  const articles = async (query: string) => (await page(query)).match(/<h2>\w+/g)
  expect(await articles('')).toEqual(['<h2>DatabaseDown', '<h2>Slow'])
  expect(await articles('?via=slack')).toEqual(['<h2>Slow'])
  expect(await articles('?receiver=pagerduty')).toEqual(['<h2>DatabaseDown'])
  expect(await articles('?status=firing')).toEqual(['<h2>Slow'])
  expect(await page('?via=email')).toContain('Nothing like this was delivered.')
})

it('heartbeats are counted and not listed', async () => {
  const beat = { version: '4', status: 'firing', alerts: [], groupKey: 'g' }
  expect((await post('heartbeat', beat)).status).toBe(200)
  expect(await entries()).toEqual([])
  expect(await page()).toContain('last heartbeat 10:00:00 UTC')
  await post('heartbeat', { ...beat, status: 'resolved' })
  expect(await entries()).toMatchObject([
    { via: 'heartbeat', status: 'firing', alerts: [{ labels: { alertname: 'DeadMansSwitch' } }] },
  ])
  expect(await page()).toContain('NO HEARTBEAT since 10:00:00 UTC')
})
