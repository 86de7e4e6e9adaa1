/** Alertmanager itself with the generated configuration, the sandbox as the outside world, and the two scripts that test both. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { freeOffset } from '../../stack/launch/free-ports.ts'
import { renderConfiguration } from '../../stack/launch/render.ts'
import { ensureServer } from '../../stack/launch/server-build.ts'
import { root } from '../../stack/place.ts'
import { urlOf } from '../../stack/ports.ts'
import type { Stack } from '../../stack/service.ts'
import { services } from '../../stack/services.ts'

interface Told {
  readonly receiver: string
  readonly via: string
  readonly status: string
  readonly thread: string
  readonly alerts: readonly { readonly labels: Record<string, string>; readonly annotations: Record<string, string> }[]
  readonly payload: Readonly<Record<string, unknown>>
}

let missing: string | undefined
let place: Stack['place']
const running: ChildProcess[] = []

const start = async (stack: Stack, name: 'sandbox' | 'alertmanager', more: Record<string, string> = {}) => {
  const { file, args, env, cwd = root } = services[name].command(stack)
  const child = spawn(file, args, { cwd, env: { ...process.env, ...env, ...more }, stdio: 'ignore' })
  running.push(child)
  const ready = services[name].ready?.(stack)
  if (!ready || !('url' in ready)) throw new Error(`${name} has no address at which it is ready`)
  await vi.waitFor(async () => expect((await fetch(ready.url)).status).toBe(200), { timeout: 30_000, interval: 200 })
  return child
}

let alertmanager: ChildProcess
beforeAll(async () => {
  const found = await ensureServer('alertmanager')
  if (found.state === 'missing') {
    missing = found.reason
    return
  }
  const data = await mkdtemp(join(tmpdir(), 'crm-delivery-'))
  const offset = await freeOffset(700)
  if (offset === undefined) throw new Error('there is no offset at which all ports of a stack are free')
  place = { offset, data, run: join(data, 'run') }
  const stack: Stack = { place, env: {}, has: () => true, binary: () => found.binaries.alertmanager }
  renderConfiguration(stack)
  // As it is, but for how long a test waits.
  const file = join(place.run, 'alertmanager', 'alertmanager.yaml')
  const text = await readFile(file, 'utf8')
  await writeFile(
    file,
    text
      .replaceAll('group_interval: 30s', 'group_interval: 2s')
      .replaceAll('group_wait: 5s', 'group_wait: 1s')
      .replace('repeat_interval: 50s', 'repeat_interval: 3s'),
  )
  await start(stack, 'sandbox', { SANDBOX_HEARTBEAT_LIMIT_SECONDS: '8' })
  alertmanager = await start(stack, 'alertmanager')
}, 120_000)
afterAll(async () => {
  for (const child of running) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    child.kill('SIGTERM')
    await once(child, 'exit')
  }
  if (place) await rm(place.data, { recursive: true, force: true })
})

const scriptAt = (
  where: Pick<Stack['place'], 'offset' | 'data'>,
  name: string,
  ...args: string[]
): Promise<{ code: number; output: string }> => {
  const env = { ...process.env, STACK_PORT_OFFSET: String(where.offset), STACK_DATA_DIR: where.data }
  return new Promise((done) => {
    execFile(join(root, 'scripts', name), args, { env, encoding: 'utf8' }, (error, stdout, stderr) =>
      done({ code: error ? Number(error.code ?? 1) : 0, output: stdout + stderr }),
    )
  })
}

const script = (name: string, ...args: string[]) => scriptAt(place, name, ...args)

const inbox = async (): Promise<Told[]> => (await fetch(`${urlOf(place, 'sandbox')}/inbox.json`)).json() as never

const send = (labels: Record<string, string>, annotations: Record<string, string> = {}) =>
  fetch(`${urlOf(place, 'alertmanager')}/api/v2/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify([{ labels, annotations, endsAt: new Date(Date.now() + 600_000).toISOString() }]),
  })

test('test-alert.sh shows that a critical alert reached PagerDuty, e-mail, Slack and the webhook, and so did its end', {
  timeout: 120_000,
}, async (context) => {
  if (missing) return context.skip(missing)
  const { code, output } = await script('test-alert.sh', 'critical', 'A drill for <everyone> & all', 'crm')
  const time = String.raw`\d\d:\d\d:\d\d \(\d+\.\d s\)`
  for (const row of [
    ['page-crm', 'PagerDuty', 'pagerduty'],
    ['page-crm', 'e-mail', 'oncall-crm'],
    ['page-crm', 'Slack', 'slack-incidents'],
    ['webhook', 'webhook', 'webhook'],
  ])
    expect(output).toMatch(new RegExp(`^${row.join(' +')} +${time} +${time}$`, 'm'))
  expect(output).toContain('Alertmanager routed it to page-crm, webhook.')
  expect(output).toMatch(/page-crm email: 2 sent$/m)
  expect(output).toContain('P1: respond within 15 minutes.')
  expect(code).toBe(0)

  const told = (await inbox()).filter((one) => JSON.stringify(one).includes('A drill for'))
  const byWay = (via: string) => told.filter((one) => one.via === via)
  for (const via of ['pagerduty', 'email', 'slack', 'webhook']) {
    expect(byWay(via).map(({ status }) => status)).toEqual(['resolved', 'firing'])
    // Its end is joined to it.
    expect(new Set(byWay(via).map(({ thread }) => thread)).size).toBe(1)
  }
  const mail = byWay('email')[1]?.payload as { subject: string; html: string; from: string }
  expect(mail.subject).toBe('[FIRING:1] TestAlert · P1: A drill for <everyone> & all')
  expect(mail.html).toContain('A drill for &lt;everyone&gt; &amp; all')
  expect(mail.from).toBe('alerts@crm.example')
  expect(byWay('pagerduty')[1]?.payload).toMatchObject({
    event_action: 'trigger',
    payload: {
      component: 'crm',
      severity: 'critical',
      custom_details: {
        what: 'TestAlert:\u00a0This is a test:\u00a0nothing is wrong.\n',
        first_step: 'Say that it has arrived.',
      },
    },
  })
  // It is no e-mail of the service.
  expect(await (await fetch(`${urlOf(place, 'sandbox')}/mailbox.json`)).json()).toEqual([])
})

test('test-escalation.sh tells who is told at a priority, and who is next', { timeout: 120_000 }, async (context) => {
  if (missing) return context.skip(missing)
  const { code, output } = await script('test-escalation.sh', 'P3', 'integrations')
  expect(output).toMatch(/^slack-integrations +Slack +slack-integrations +\d/m)
  expect(output).toContain('P3: respond within 2 hours.')
  expect(output).toContain('team’s lead')
  expect(code).toBe(0)
})

test('the scripts refuse what they do not know, and say when nothing runs', async () => {
  const nowhere = { offset: (await freeOffset(1_000)) ?? 0, data: join(tmpdir(), 'crm-nobody') }
  expect(await scriptAt(nowhere, 'test-alert.sh', 'fatal', 'x')).toMatchObject({
    code: 2,
    output: expect.stringContaining('critical, warning or info'),
  })
  expect(await scriptAt(nowhere, 'test-escalation.sh', 'P9')).toMatchObject({
    code: 2,
    output: expect.stringContaining('P1, P2, P3 or P4'),
  })
  expect(await scriptAt(nowhere, 'test-alert.sh', 'critical', 'x')).toMatchObject({
    code: 1,
    output: expect.stringContaining('No stack runs'),
  })
})

test('one message a subject, however many alerts it has', {
  timeout: 60_000,
}, async (context) => {
  if (missing) return context.skip(missing)
  const common = { severity: 'warning', priority: 'P3', team: 'crm', receivers: 'slack', subject: 'many-queues' }
  await Promise.all([1, 2, 3].map((number) => send({ alertname: 'QueueBacklog', queue_name: `q${number}`, ...common })))
  const told = async () => (await inbox()).filter(({ thread }) => thread === 'many-queues')
  await expect.poll(async () => (await told()).length, { timeout: 20_000 }).toBe(1)
  expect((await told())[0]?.alerts[0]?.annotations.summary).toMatch(/^\[FIRING:3\]/)
})

test('the heartbeat is heard; when Alertmanager dies, the watcher raises the alarm by itself', {
  timeout: 90_000,
}, async (context) => {
  if (missing) return context.skip(missing)
  const heart = async () =>
    (await fetch(`${urlOf(place, 'sandbox')}/heartbeat.json`)).json() as Promise<{ state: string; beats: number }>
  const labels = {
    alertname: 'DeadMansSwitch',
    severity: 'info',
    priority: 'P4',
    team: 'platform',
    receivers: 'heartbeat',
    subject: 'heartbeat',
  }
  await send(labels, { runbook_url: 'http://console/runbooks/dead-mans-switch' })
  await expect.poll(async () => (await heart()).beats, { timeout: 30_000 }).toBeGreaterThanOrEqual(3)
  expect((await inbox()).some(({ via }) => via === 'heartbeat')).toBe(false)
  alertmanager.kill('SIGKILL')
  await expect.poll(async () => (await heart()).state, { timeout: 30_000 }).toBe('silent')
  const [alarm] = (await inbox()).filter(({ via }) => via === 'heartbeat')
  expect(alarm).toMatchObject({ status: 'firing', receiver: 'heartbeat' })
  expect(alarm?.alerts[0]?.annotations).toMatchObject({
    summary: expect.stringMatching(/^DeadMansSwitch: no heartbeat since \d\d:\d\d:\d\d UTC$/),
    runbook_url: 'http://console/runbooks/dead-mans-switch',
  })
})
