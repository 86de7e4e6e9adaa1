import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest'
import { amtool } from './tools.ts'

const templates = resolve(import.meta.dirname, '../../alerts/generated/messages.tmpl')

const alert = (name: string, status: 'firing' | 'resolved', more: Record<string, string> = {}) => ({
  status,
  labels: { alertname: name, severity: 'critical', priority: 'P1', subject: 'database', team: 'platform', ...more },
  annotations: {
    summary: 'The database does not answer.',
    description: 'Nobody has had an answer.',
    impact: 'Nobody can sign in.',
    first_step: 'Start it.',
    respond: 'within 15 minutes',
    runbook_url: 'http://console/runbooks/database-down',
    dashboard_url: 'http://console/d/database?from=1&to=now',
  },
  startsAt: '2026-11-21T03:00:00Z',
  endsAt: status === 'resolved' ? '2026-11-21T03:05:30Z' : '0001-01-01T00:00:00Z',
})

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crm-messages-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** The text as Alertmanager writes it for these alerts. */
const written = async (
  context: TestContext,
  template: string,
  alerts: { readonly status: string }[],
  type: 'text' | 'html' = 'text',
): Promise<string> => {
  const tool = await amtool(context)
  const status = alerts.some((one) => one.status === 'firing') ? 'firing' : 'resolved'
  const data = join(folder, 'data.json')
  await writeFile(data, JSON.stringify({ receiver: 'page', status, alerts, externalURL: 'http://alertmanager' }))
  const text = `{{ template "crm.${template}" . }}`
  const args = [
    'template',
    'render',
    `--template.glob=${templates}`,
    `--template.type=${type}`,
    `--template.text=${text}`,
  ]
  const result = spawnSync(tool, [...args, `--template.data=${data}`], { encoding: 'utf8' })
  expect(result.status, result.stderr).toBe(0)
  return result.stdout
}

const silence =
  'http://alertmanager/#/silences/new?filter=%7Balertname%3D%22DatabaseDown%22%2Csubject%3D%22database%22%7D'
const many = (count: number) => Array.from({ length: count }, (_, index) => alert(`Queue${index + 1}`, 'firing'))

describe('somebody who is woken reads in Slack', () => {
  it('what, how bad, whom it hurts, what to do first, since when, how soon, whose it is, and where to look', async (context) => {
    const alerts = [alert('DatabaseDown', 'firing')]
    expect(await written(context, 'title', alerts)).toBe('[FIRING:1] DatabaseDown · P1: The database does not answer.')
    expect(await written(context, 'slack.text', alerts)).toBe(`Nobody has had an answer.
*Impact:* Nobody can sign in.
*First:* Start it.
*Since:* 2026-11-21 03:00:00 UTC
*Respond:* within 15 minutes · critical, P1 · team platform
<http://console/runbooks/database-down|Runbook> · <http://console/d/database?from=1&to=now|Dashboard> · <${silence}|Silence>
`)
    expect(await written(context, 'slack.colour', alerts)).toBe('danger')
  })

  it('that it is over, and how long it was', async (context) => {
    const alerts = [alert('DatabaseDown', 'resolved')]
    expect(await written(context, 'title', alerts)).toBe('[RESOLVED] DatabaseDown · P1: The database does not answer.')
    expect(await written(context, 'slack.text', alerts)).toBe(
      `✓ DatabaseDown is over: it fired for 5m 30s, from 2026-11-21 03:00:00 UTC to 2026-11-21 03:05:30 UTC.
<http://console/runbooks/database-down|Runbook> · <http://console/d/database?from=1&to=now|Dashboard> · <${silence}|Silence>
`,
    )
    expect(await written(context, 'slack.colour', alerts)).toBe('good')
  })

  it('first of what still fires, when part of it is over', async (context) => {
    const alerts = [alert('Over', 'resolved'), alert('Burning', 'firing', { priority: 'P3', severity: 'warning' })]
    expect(await written(context, 'title', alerts)).toMatch(/^\[FIRING:1\] Burning · P3/)
    expect(await written(context, 'slack.colour', alerts)).toBe('warning')
    expect(await written(context, 'slack.text', alerts)).toMatch(/warning, P3.*\n✓ Over is over/s)
  })

  it('the first of many in full, five in a line each, and how many more there are', async (context) => {
    const line = (number: number) => `• *Queue${number}:* Nobody has had an answer. (since 2026-11-21 03:00:00 UTC)\n`
    const text = await written(context, 'slack.text', many(9))
    expect(text.slice(text.indexOf('•'))).toBe(`${[2, 3, 4, 5, 6].map(line).join('')}… and 3 more fire\n`)
    expect(await written(context, 'slack.text', many(6))).not.toContain('more fire')
  })

  it('signs that Slack would take for its own', async (context) => {
    const strange = alert('Strange', 'firing')
    strange.annotations.description = 'p95 <b> & > 0.5 s'
    expect(await written(context, 'slack.text', [strange])).toMatch(/^p95 &lt;b&gt; &amp; &gt; 0\.5 s\n/)
  })

  it('something even where an alert was sent by hand, with nothing but a name', async (context) => {
    const bare = { status: 'firing', labels: { alertname: 'Bare' }, annotations: {}, startsAt: '2026-11-21T03:00:00Z' }
    expect(await written(context, 'slack.text', [bare])).toBe(`*Since:* 2026-11-21 03:00:00 UTC
*Respond:* as soon as you can · ,  · team${' '}
<http://alertmanager/#/silences/new?filter=%7Balertname%3D%22Bare%22%2Csubject%3D%22%22%7D|Silence>
`)
  })
})

describe('in an e-mail', () => {
  it('the same as plain text', async (context) => {
    expect(await written(context, 'email.text', [alert('DatabaseDown', 'firing')])).toBe(`The database does not answer.
Nobody has had an answer.

Impact:    Nobody can sign in.
First:     Start it.
Since:     2026-11-21 03:00:00 UTC
Respond:   within 15 minutes (critical, P1, team platform)

Runbook:   http://console/runbooks/database-down
Dashboard: http://console/d/database?from=1&to=now
Silence:   ${silence}

`)
    expect(await written(context, 'email.text', [alert('DatabaseDown', 'resolved')])).toContain(
      'DatabaseDown is over: it fired for 5m 30s',
    )
    expect(await written(context, 'email.text', many(9))).toContain('\n- Queue6: Nobody has had an answer.')
    expect(await written(context, 'email.text', many(9))).toContain('… and 3 more fire')
  })

  it('and as a page that fits a phone, with links that are safe in it', async (context) => {
    const text = await written(context, 'email.html', [alert('DatabaseDown', 'firing')], 'html')
    for (const words of [
      'name="viewport" content="width=device-width',
      '>1 firing</div>',
      '>The database does not answer.</h1>',
      '>Nobody has had an answer.</p>',
      '<strong>Start it.</strong>',
      'DatabaseDown, critical, P1, team platform',
      'href="http://console/runbooks/database-down"',
      'href="http://console/d/database?from=1&amp;to=now"',
      `href="${silence}"`,
    ])
      expect(text).toContain(words)
    expect(text).not.toMatch(/ZgotmplZ|<script|<img|url\(/)
    const over = await written(context, 'email.html', [alert('DatabaseDown', 'resolved')], 'html')
    expect(over).toContain('>Over</div>')
    // Nobody has to do anything any more.
    expect(over).not.toMatch(/Start it|Respond/)
    expect(over).toContain('03:05:30 UTC, after 5m 30s')
    expect(await written(context, 'email.html', many(9), 'html')).toContain('… and 3 more')
  })

  it('what an alert says cannot become markup', async (context) => {
    const strange = alert('Strange', 'firing')
    strange.annotations.description = '<script>alert(1)</script>'
    strange.annotations.runbook_url = 'javascript:alert(1)'
    const text = await written(context, 'email.html', [strange], 'html')
    expect(text).not.toContain('<script>')
    expect(text).not.toContain('javascript:')
  })
})

describe('in PagerDuty', () => {
  it('each detail by itself', async (context) => {
    const alerts = [alert('DatabaseDown', 'firing')]
    const names = [
      'pagerduty.what',
      'pagerduty.impact',
      'pagerduty.first-step',
      'respond',
      'since',
      'team',
      'severity',
      'silence',
    ]
    const details: Record<string, string> = {}
    for (const name of names) details[name] = await written(context, name, alerts)
    expect(details).toEqual({
      'pagerduty.what': 'DatabaseDown:\u00a0Nobody has had an answer.\n',
      'pagerduty.impact': 'Nobody can sign in.',
      'pagerduty.first-step': 'Start it.',
      respond: 'within 15 minutes',
      since: '2026-11-21 03:00:00 UTC',
      team: 'platform',
      severity: 'critical',
      silence,
    })
    expect(await written(context, 'pagerduty.what', many(12))).toMatch(/Queue10:\u00a0.*\n… and 2 more\n$/)
  })
})
