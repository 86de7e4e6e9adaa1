import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { alertVariables } from '../../stack/launch/alert-delivery.ts'
import { renderConfiguration } from '../../stack/launch/render.ts'
import { alertmanagerFiles } from '../../stack/servers/init/alertmanager-files.ts'
import { isSilencer, promisedAlerts } from './promised-alerts.ts'
import type { Group } from './rule-lint.ts'
import { amtool } from './tools.ts'

const root = resolve(import.meta.dirname, '../..')
const generated = join(root, 'alerts/generated')
const file = join(generated, 'alertmanager.yaml')

interface Route {
  readonly receiver?: string
  readonly matchers?: readonly string[]
  readonly repeat_interval?: string
  readonly group_wait?: string
  readonly group_interval?: string
  readonly group_by?: readonly string[]
  readonly active_time_intervals?: readonly string[]
  readonly routes?: readonly Route[]
}
interface Inhibition {
  readonly source_matchers: readonly string[]
  readonly target_matchers: readonly string[]
  readonly equal?: readonly string[]
}
interface Configuration {
  readonly route: Route
  readonly inhibit_rules: readonly Inhibition[]
  readonly time_intervals: readonly unknown[]
  readonly receivers: readonly { readonly name: string }[]
}

const run = (tool: string, args: readonly string[], cwd = root): Promise<{ status: number; output: string }> =>
  new Promise((done) => {
    execFile(tool, args, { cwd, encoding: 'utf8' }, (error, stdout, stderr) =>
      done({ status: error ? Number(error.code ?? 1) : 0, output: stdout + stderr }),
    )
  })

let text: string
let configuration: Configuration
let alerts: { name: string; labels: Readonly<Record<string, string>> }[]
beforeAll(async () => {
  text = await readFile(file, 'utf8')
  configuration = parse(text) as Configuration
  const files = await readdir(join(generated, 'rules'))
  const groups = await Promise.all(
    files.map(
      async (name) => (parse(await readFile(join(generated, 'rules', name), 'utf8')) as { groups: Group[] }).groups,
    ),
  )
  alerts = groups
    .flat()
    .flatMap(({ rules }) =>
      rules.flatMap(({ alert, labels }) => (alert ? [{ name: alert, labels: labels ?? {} }] : [])),
    )
})

/** Whom Alertmanager itself says that an alert with these labels reaches. */
const reached = async (tool: string, labels: Readonly<Record<string, string>>): Promise<string> => {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${value}"`)
  const { status, output } = await run(tool, ['config', 'routes', 'test', `--config.file=${file}`, ...pairs])
  expect(status, output).toBe(0)
  return output.trim()
}

describe('Alertmanager’s routes', () => {
  it('each alert reaches whom it must, of the team that owns it', { timeout: 60_000 }, async (context) => {
    const tool = await amtool(context)
    for (const { name, labels } of alerts) {
      const { receivers = 'not promised', team = '' } = promisedAlerts[name] ?? {}
      const expected = isSilencer(name)
        ? 'nobody'
        : receivers.replace(/page|slack/g, (receiver) => `${receiver}-${team}`)
      expect(await reached(tool, { alertname: name, ...labels }), name).toBe(expected)
    }
  })

  it.for([
    ['what nobody routes', {}, 'slack-platform'],
    ['a team that does not exist', { receivers: 'page', team: 'nobody' }, 'page-platform'],
    ['all three', { receivers: 'page,slack,webhook', team: 'crm' }, 'page-crm,slack-crm,webhook'],
    ['a low one', { receivers: 'slack', team: 'integrations', priority: 'P4' }, 'slack-integrations'],
    ['one that is told once', { receivers: 'slack,webhook', team: 'crm', repeat: 'once' }, 'slack-crm,webhook'],
    ['the heartbeat, whatever its priority', { receivers: 'heartbeat', team: 'platform', priority: 'P4' }, 'heartbeat'],
    ['a receiver whose name is only like another', { receivers: 'pages' }, 'slack-platform'],
  ] as const)('%s: %o → %s', async ([, labels, expected], context) => {
    expect(await reached(await amtool(context), { alertname: 'Strange', ...labels })).toBe(expected)
  })

  const every = (route: Route): Route[] => [route, ...(route.routes ?? []).flatMap(every)]
  const ofPriority4 = (route: Route) => route.matchers?.includes('priority="P4"')

  it('only P4 waits for business hours, for each team and way to people', () => {
    expect(configuration.time_intervals).toEqual([
      {
        name: 'business-hours',
        time_intervals: [
          {
            weekdays: ['monday:friday'],
            times: [{ start_time: '08:00', end_time: '17:00' }],
            location: 'Europe/Copenhagen',
          },
        ],
      },
    ])
    const all = every(configuration.route)
    const low = all.filter(ofPriority4)
    expect(low).toHaveLength(6)
    const waiting = low.flatMap(every)
    for (const route of waiting) expect(route.active_time_intervals).toEqual(['business-hours'])
    for (const route of all.filter((one) => !waiting.includes(one))) expect(route.active_time_intervals).toBeUndefined()
    const teams = all.filter(({ routes }) => routes?.some(ofPriority4)).map(({ receiver }) => receiver)
    expect(teams.sort()).toEqual([
      'page-crm',
      'page-integrations',
      'page-platform',
      'slack-crm',
      'slack-integrations',
      'slack-platform',
    ])
  })

  it('what is told once is not repeated within 30 days', () => {
    const once = every(configuration.route).filter(({ matchers }) => matchers?.includes('repeat="once"'))
    expect(once).toHaveLength(13)
    expect(new Set(once.map(({ repeat_interval }) => repeat_interval))).toEqual(new Set(['30d']))
  })

  it('the heartbeat comes at once, and then once a minute: at every second look', () => {
    expect(configuration.route.routes?.find(({ receiver }) => receiver === 'heartbeat')).toMatchObject({
      group_wait: '0s',
      group_interval: '30s',
      repeat_interval: '50s',
    })
  })

  it('alerts of one subject are told together', () => {
    expect(every(configuration.route).flatMap(({ group_by }) => (group_by ? [group_by] : []))).toEqual([['subject']])
  })
})

describe('inhibitions', () => {
  it('a database that is down silences what follows', () => {
    const silencing = (target: string) =>
      configuration.inhibit_rules
        .filter(({ target_matchers: [matcher = ''] }) => new RegExp(`["|]${target}["|]`).test(matcher))
        .map(({ source_matchers }) => source_matchers[0])
    // How long it outlasts its cause is said by each alert: the window that it looks back over, and a little.
    const lingering = expect.stringMatching(
      /^alertname=~"DatabaseDown\|DatabaseDownSuspected\|DatabaseDownLingers\d+m"$/,
    )
    expect(silencing('HighErrorRate')).toContainEqual(lingering)
    expect(silencing('ApiAvailabilityBurnRate6h')).toContainEqual(lingering)
    expect(silencing('QueueBacklog')).toContain('alertname=~"DatabaseDown|DatabaseDownSuspected"')
    expect(silencing('DatabaseDown')).toEqual([])
    expect(silencing('DeadMansSwitch')).toEqual([])
  })

  it('critical silences the warning of the same thing, and the page the ticket of the same objective', () => {
    expect(configuration.inhibit_rules.at(-1)).toEqual({
      source_matchers: ['severity="critical"'],
      target_matchers: ['severity="warning"'],
      equal: expect.arrayContaining(['subject', 'queue_name', 'instance', 'adapter_type', 'integration_id']),
    })
    // What both lack counts as equal: the one label that each must have.
    for (const { name, labels } of alerts) expect(labels.subject, name).toMatch(/./)
    const subjectOf = (name: string) => alerts.find((one) => one.name === name)?.labels.subject
    expect(subjectOf('ApiLatencyBurnRate1h')).toBe(subjectOf('ApiLatencyBurnRate3d'))
    expect(subjectOf('ApiLatencyBurnRate1h')).not.toBe(subjectOf('ApiAvailabilityBurnRate1h'))
  })
})

describe('secrets', () => {
  it('stand in files, not in the configuration', () => {
    const named = [...text.matchAll(/(\w+_file): (.*)/g)].map(([, key, value]) => `${key}: ${value}`)
    expect([...new Set(named)]).toEqual([
      'smtp_auth_password_file: secrets/smtp-password',
      'routing_key_file: secrets/pagerduty-crm-key',
      'api_url_file: secrets/slack-incidents-url',
      'routing_key_file: secrets/pagerduty-integrations-key',
      'routing_key_file: secrets/pagerduty-platform-key',
      'api_url_file: secrets/slack-crm-url',
      'api_url_file: secrets/slack-integrations-url',
      'api_url_file: secrets/slack-platform-url',
      'url_file: secrets/webhook-url',
      'url_file: secrets/crm-alerts',
      'credentials_file: secrets/crm-alerts-token',
      'url_file: secrets/heartbeat-url',
    ])
    expect(text).not.toMatch(/\b(routing_key|service_key|api_url|auth_password|token|url): /)
  })

  describe('a stack’s own copy', () => {
    let folder: string
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'crm-routes-'))
      const place = { offset: 100, data: folder, run: folder }
      const env = { ALERT_WEBHOOK_URL: 'https://listens.example/hook' }
      renderConfiguration({ place, env, has: () => true, binary: () => '' })
    })
    afterAll(() => rm(folder, { recursive: true, force: true }))
    const at = (name: string) => join(folder, 'alertmanager', name)

    it('is accepted, with every secret that it names beside it, for nobody else to read', async (context) => {
      for (const [, name = ''] of text.matchAll(/secrets\/([\w-]+)/g))
        expect((await stat(at(`secrets/${name}`))).mode & 0o077, name).toBe(0)
      const { status, output } = await run(await amtool(context), ['check-config', 'alertmanager.yaml'], at(''))
      expect(status, output).toBe(0)
      expect(output).toContain('1 templates')
    })

    it('delivers to the sandbox, and to the webhook that was set', async () => {
      expect(await readFile(at('secrets/webhook-url'), 'utf8')).toBe('https://listens.example/hook')
      expect(await readFile(at('secrets/heartbeat-url'), 'utf8')).toBe('http://127.0.0.1:4100/inbox/heartbeat')
      expect(parse(await readFile(at('alertmanager.yaml'), 'utf8')).global).toMatchObject({
        pagerduty_url: 'http://127.0.0.1:4100/inbox/pagerduty',
        smtp_smarthost: '127.0.0.1:4126',
      })
    })

    it('holds what that of compose holds, which is given every variable that points elsewhere', async () => {
      const compose = alertmanagerFiles('token', { ALERT_WEBHOOK_URL: 'https://listens.example/hook' })
      const native = [...(await readdir(at(''))), ...(await readdir(at('secrets')))].filter(
        (name) => name !== 'secrets',
      )
      expect(Object.keys(compose).sort()).toEqual(native.sort())
      expect(compose['webhook-url']).toBe('https://listens.example/hook')
      expect(compose['slack-crm-url']).toBe('http://sandbox:4000/inbox/slack-crm')
      expect(parse(compose['alertmanager.yaml'] ?? '').global.smtp_smarthost).toBe('sandbox:4026')
      const { services } = parse(await readFile(join(root, 'docker-compose.yml'), 'utf8'), { merge: true })
      expect(Object.keys(services.init.environment)).toEqual(alertVariables(text))
      expect(services.alertmanager.command).toContain('--data.retention=840h')
    })
  })
})
