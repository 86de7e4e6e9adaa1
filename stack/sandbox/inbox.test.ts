import { beforeEach, describe, expect, it } from 'vitest'
import type { Entry } from './inbox-entry.ts'
import { createSandbox } from './sandbox.ts'

let sandbox: Awaited<ReturnType<typeof createSandbox>>
beforeEach(async () => {
  const now = () => Date.parse('2026-11-21T10:01:40Z')
  sandbox = await createSandbox({ clientId: 'crm', clientSecret: 's', redirectUris: [], now })
})

const post = (receiver: string, payload: unknown) =>
  sandbox.request(`/inbox/${receiver}`, { method: 'POST', body: JSON.stringify(payload) })
const entries = async () => (await (await sandbox.request('/inbox.json')).json()) as Entry[]
const text = async () => (await sandbox.request('/inbox')).text()

const runbook = 'http://127.0.0.1:3001/runbooks/database-down'
const dashboard = 'http://127.0.0.1:3001/d/system-overview?from=now-1h&to=now'

const webhook = (status: 'firing' | 'resolved', annotations: Record<string, string> = {}) => ({
  version: '4',
  groupKey: '{}:{alertname="DatabaseDown"}',
  truncatedAlerts: 0,
  status,
  receiver: 'page',
  groupLabels: { alertname: 'DatabaseDown' },
  commonLabels: { alertname: 'DatabaseDown', severity: 'critical' },
  commonAnnotations: {},
  externalURL: 'http://127.0.0.1:9093',
  alerts: [
    {
      status,
      labels: { alertname: 'DatabaseDown', severity: 'critical', priority: 'P1' },
      annotations: { summary: 'The database is down.', runbook_url: runbook, dashboard_url: dashboard, ...annotations },
      startsAt: '2026-11-21T10:00:00Z',
      endsAt: status === 'resolved' ? '2026-11-21T10:01:30Z' : '0001-01-01T00:00:00Z',
      generatorURL: '',
      fingerprint: 'abc',
    },
  ],
})

describe('Alertmanager’s webhook', () => {
  it('is kept, newest first', async () => {
    expect((await post('page', webhook('firing'))).status).toBe(200)
    await post('webhook', webhook('resolved'))
    const [second, first] = await entries()
    expect(first).toMatchObject({ id: 1, receiver: 'page', via: 'webhook', status: 'firing' })
    expect(first?.receivedAt).toBe('2026-11-21T10:01:40.000Z')
    expect(first?.alerts[0]).toEqual({
      status: 'firing',
      labels: { alertname: 'DatabaseDown', severity: 'critical', priority: 'P1' },
      annotations: { summary: 'The database is down.', runbook_url: runbook, dashboard_url: dashboard },
      startsAt: '2026-11-21T10:00:00Z',
    })
    expect(first?.payload).toEqual(webhook('firing'))
    expect(second).toMatchObject({ id: 2, receiver: 'webhook', status: 'resolved' })
    expect(second?.alerts[0]?.endsAt).toBe('2026-11-21T10:01:30Z')
  })

  it('reads well on the page, with both links', async () => {
    await post('page', webhook('firing'))
    await post('page', webhook('resolved'))
    const page = await text()
    expect(page).toContain('<h2>DatabaseDown</h2>')
    expect(page).toContain(`<a href="${runbook}">Runbook</a>`)
    expect(page).toContain(`<a href="${dashboard.replaceAll('&', '&amp;')}">Dashboard</a>`)
    expect(page).toContain('since 10:00:00 UTC')
    expect(page).toContain('from 10:00:00 UTC to 10:01:30 UTC, 90 s')
    expect(page).toContain('told <strong>page</strong> by webhook')
  })

  it('cannot put anything into the page but text', async () => {
    const attack = '"><img src=x onerror=alert(1)>'
    await post('page', webhook('firing', { summary: attack, description: attack, runbook_url: 'javascript:alert(1)' }))
    const page = await text()
    expect(page).not.toContain('<img')
    expect(page).not.toContain('href="javascript:')
    expect((await sandbox.request('/inbox')).headers.get('content-security-policy')).toContain("default-src 'none'")
  })
})

describe('Slack', () => {
  const message = (color: string, title: string) => ({
    channel: '#alerts',
    attachments: [
      {
        title,
        color,
        text: `Writes fail &amp; reads too. <${runbook}|Runbook>`,
        actions: [{ type: 'button', text: 'Dashboard', url: dashboard }],
      },
    ],
  })

  it('is read back into an alert', async () => {
    const response = await post('slack', message('danger', '[FIRING:1] DatabaseDown (critical)'))
    expect([response.status, await response.text()]).toEqual([200, 'ok'])
    await post('slack', message('good', '[RESOLVED] DatabaseDown (critical)'))
    const [resolved, firing] = await entries()
    expect(resolved).toMatchObject({ status: 'resolved', alerts: [{ labels: { alertname: 'DatabaseDown' } }] })
    expect(firing).toMatchObject({
      via: 'slack',
      status: 'firing',
      alerts: [
        {
          status: 'firing',
          labels: { alertname: 'DatabaseDown' },
          annotations: {
            summary: '[FIRING:1] DatabaseDown (critical)',
            description: 'Writes fail & reads too. Runbook',
            runbook_url: runbook,
            dashboard_url: dashboard,
          },
        },
      ],
    })
  })

  it('may be a plain text', async () => {
    await post('slack', { text: 'Hello' })
    expect((await entries())[0]).toMatchObject({ via: 'slack', alerts: [{ annotations: { summary: 'Hello' } }] })
  })
})

describe('PagerDuty', () => {
  const event = (event_action: string) => ({
    routing_key: 'a-secret-routing-key',
    event_action,
    dedup_key: 'abc',
    payload: { summary: '[FIRING:1] DatabaseDown', source: 'Alertmanager', severity: 'critical', custom_details: {} },
    links: [
      { href: runbook, text: 'Runbook' },
      { href: dashboard, text: 'Dashboard' },
    ],
  })

  it('is answered as PagerDuty does, and shows no key', async () => {
    const response = await post('page', event('trigger'))
    expect([response.status, await response.json()]).toEqual([
      202,
      { status: 'success', message: 'Event processed', dedup_key: 'abc' },
    ])
    const [entry] = await entries()
    expect(entry).toMatchObject({
      via: 'pagerduty',
      status: 'firing',
      alerts: [
        {
          labels: { alertname: 'DatabaseDown', severity: 'critical' },
          annotations: { runbook_url: runbook, dashboard_url: dashboard },
        },
      ],
    })
    expect(JSON.stringify(entry) + (await text())).not.toContain('a-secret-routing-key')
  })

  it('resolves', async () => {
    await post('page', event('resolve'))
    expect((await entries())[0]?.status).toBe('resolved')
  })
})

describe('the inbox', () => {
  it('keeps the newest 500, and can be emptied', async () => {
    for (let i = 0; i < 505; i += 1) await post('slack', { text: `message ${i}` })
    const all = await entries()
    expect(all).toHaveLength(500)
    expect([all[0]?.id, all.at(-1)?.id]).toEqual([505, 6])
    expect((await sandbox.request('/inbox', { method: 'DELETE' })).status).toBe(204)
    expect(await entries()).toEqual([])
    expect(await text()).toContain('Nothing was delivered yet')
  })

  it.each([
    ['no JSON', 'x', 'not json', 400, 'invalid_json'],
    ['a list', 'x', '[]', 422, 'invalid_body'],
    ['no known format', 'x', '{"hello":"world"}', 422, 'unknown_format'],
    ['a strange receiver', '%3Cscript%3E', '{"text":"x"}', 400, 'invalid_receiver'],
    ['more than a megabyte', 'x', `{"text":"${'x'.repeat(1024 * 1024)}"}`, 413, 'too_large'],
  ])('refuses %s', async (_, receiver, body, status, error) => {
    const headers = { 'content-length': String(body.length) }
    const response = await sandbox.request(`/inbox/${receiver}`, { method: 'POST', body, headers })
    expect([response.status, ((await response.json()) as { error: string }).error]).toEqual([status, error])
    expect(await entries()).toEqual([])
  })
})
