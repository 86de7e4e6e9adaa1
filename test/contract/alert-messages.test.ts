import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest'
import { parse } from 'yaml'
import { amtool } from './tools.ts'

const file = resolve(import.meta.dirname, '../../alerts/generated/alertmanager.yaml')

interface Receiver {
  readonly name: string
  readonly slack_configs?: { title: string; text: string; color: string }[]
  readonly pagerduty_configs?: { description: string; severity: string; details: Record<string, string> }[]
}

const alert = (name: string, status: 'firing' | 'resolved', priority = 'P1', severity = 'critical') => ({
  status,
  labels: { alertname: name, severity, priority, subject: 'database' },
  annotations: {
    summary: 'The database does not answer.',
    description: 'Nobody has had an answer.',
    impact: 'Nobody can sign in.',
    first_step: 'Start it.',
    respond: 'within 15 minutes',
    runbook_url: 'http://console/runbooks/database-down',
    dashboard_url: 'http://console/d/system-overview?from=1&to=now',
  },
  startsAt: '2026-11-21T03:00:00Z',
  endsAt: status === 'resolved' ? '2026-11-21T03:05:30Z' : '0001-01-01T00:00:00Z',
})

let folder: string
let slack: { title: string; text: string; color: string }
let pagerDuty: { description: string; severity: string; details: Record<string, string> }
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crm-messages-'))
  // amtool insists on a file of templates beside the text.
  await writeFile(join(folder, 'none.tmpl'), '')
  const { receivers } = parse(await readFile(file, 'utf8')) as { receivers: Receiver[] }
  const page = receivers.find(({ name }) => name === 'page')
  if (!page?.slack_configs?.[0] || !page.pagerduty_configs?.[0]) throw new Error('the page reaches nobody')
  slack = page.slack_configs[0]
  pagerDuty = page.pagerduty_configs[0]
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** The text as Alertmanager writes it for these alerts. */
const written = async (context: TestContext, template: string, alerts: ReturnType<typeof alert>[]): Promise<string> => {
  const tool = await amtool(context)
  const status = alerts.some((one) => one.status === 'firing') ? 'firing' : 'resolved'
  const data = join(folder, 'data.json')
  await writeFile(data, JSON.stringify({ receiver: 'page', status, alerts }))
  const args = ['template', 'render', `--template.glob=${folder}/*.tmpl`, `--template.text=${template}`]
  const result = spawnSync(tool, [...args, `--template.data=${data}`], { encoding: 'utf8' })
  expect(result.status, result.stderr).toBe(0)
  return result.stdout
}

describe('somebody who is woken reads', () => {
  it('what, how bad, since when, what to do first, and where to look', async (context) => {
    const alerts = [alert('DatabaseDown', 'firing')]
    expect(await written(context, slack.title, alerts)).toBe(
      '[FIRING:1] DatabaseDown · P1: The database does not answer.',
    )
    expect(await written(context, slack.text, alerts)).toBe(`*DatabaseDown* (critical, P1: respond within 15 minutes)
Nobody has had an answer.
*Impact:* Nobody can sign in.
*First:* Start it.
*Since:* 2026-11-21 03:00:00 UTC
<http://console/runbooks/database-down|Runbook> · <http://console/d/system-overview?from=1&to=now|Dashboard>
`)
    expect(await written(context, slack.color, alerts)).toBe('danger')
  })

  it('that it is over, and how long it was', async (context) => {
    const alerts = [alert('DatabaseDown', 'resolved')]
    expect(await written(context, slack.title, alerts)).toBe(
      '[RESOLVED] DatabaseDown · P1: The database does not answer.',
    )
    expect(
      await written(context, slack.text, alerts),
    ).toBe(`*DatabaseDown* is over: it fired for 5m 30s, from 2026-11-21 03:00:00 UTC to 2026-11-21 03:05:30 UTC.
<http://console/runbooks/database-down|Runbook> · <http://console/d/system-overview?from=1&to=now|Dashboard>
`)
    expect(await written(context, slack.color, alerts)).toBe('good')
  })

  it('first of what still fires, when part of it is over', async (context) => {
    const alerts = [alert('Over', 'resolved'), alert('Burning', 'firing', 'P3', 'warning')]
    expect(await written(context, slack.title, alerts)).toMatch(/^\[FIRING:1\] Burning · P3/)
    expect(await written(context, slack.color, alerts)).toBe('warning')
    expect(await written(context, slack.text, alerts)).toMatch(/^\*Burning\*.*\*Over\* is over/s)
  })

  it('the same in PagerDuty', async (context) => {
    const alerts = [alert('DatabaseDown', 'firing')]
    expect(await written(context, pagerDuty.description, alerts)).toMatch(/^\[FIRING:1\] DatabaseDown · P1/)
    expect(await written(context, pagerDuty.severity, alerts)).toBe('critical')
    const details: Record<string, string> = {}
    for (const [name, text] of Object.entries(pagerDuty.details)) details[name] = await written(context, text, alerts)
    expect(details).toEqual({
      what: 'DatabaseDown: Nobody has had an answer.\n',
      impact: 'Nobody can sign in.',
      first_step: 'Start it.',
      respond: 'within 15 minutes',
      since: '2026-11-21 03:00:00 UTC',
      firing: '',
      resolved: '',
    })
  })
})
