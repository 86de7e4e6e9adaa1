/** `scripts/test-alert.sh`, `scripts/test-escalation.sh`: a real alert through the real Alertmanager. */
import { setTimeout as sleep } from 'node:timers/promises'
import { businessHours, priorities } from '../../alerts/conventions.ts'
import { columns } from '../launch/screen.ts'
import { readState } from '../launch/state.ts'
import { type Place, readPlace, SettingError } from '../place.ts'
import { urlOf } from '../ports.ts'
import { type Drill, isBusinessHours, readDrill, UsageError, usage, type Way, waysOf } from './drill.ts'
import { type Alertmanager, alertmanagerAt, type Delivered, DrillError, deliveredAt } from './servers.ts'

/** Group wait, a retry or two, and a busy machine. */
const toldWithinMs = 45_000
/** The group's interval comes first. */
const overWithinMs = 75_000

/** The addresses of the stack that runs, or of servers elsewhere. @throws DrillError */
async function findServers(place: Place): Promise<{ alertmanager: string; sandbox: string }> {
  const alertmanager = process.env.ALERTMANAGER_URL?.replace(/\/+$/, '') || urlOf(place, 'alertmanager')
  const sandbox = process.env.SANDBOX_URL?.replace(/\/+$/, '') || urlOf(place, 'sandbox')
  const isReady = await fetch(`${alertmanager}/-/ready`, { signal: AbortSignal.timeout(5_000) }).then(
    ({ ok }) => ok,
    () => false,
  )
  if (isReady) return { alertmanager, sandbox }
  const known = readState(place.run)?.services.find(({ name }) => name === 'alertmanager')
  throw new DrillError(
    known
      ? `No Alertmanager answers at ${alertmanager}. The last stack in ${place.data} said: ${known.state} ${known.detail}`.trim()
      : `No stack runs with its data in ${place.data}: start one with npm start, set STACK_PORT_OFFSET and STACK_DATA_DIR for another, or ALERTMANAGER_URL.`,
  )
}

/** Asks each half second until all ways have an entry with the status, or the time is over. */
async function untilTold(
  look: () => Promise<Delivered[] | undefined>,
  { ways, status, withinMs }: { ways: readonly Way[]; status: Delivered['status']; withinMs: number },
): Promise<Map<Way, Delivered>> {
  const deadline = Date.now() + withinMs
  for (;;) {
    const entries = (await look()) ?? []
    const told = new Map(
      ways.flatMap((way) => {
        const first = entries.findLast(
          (entry) => entry.via === way.via && entry.receiver === way.inbox && entry.status === status,
        )
        return first ? [[way, first] as const] : []
      }),
    )
    if (told.size === ways.length || Date.now() > deadline) return told
    await sleep(500)
  }
}

const clock = (time: number | string): string => new Date(time).toISOString().slice(11, 19)

const after = (entry: Delivered | undefined, since: number): string =>
  entry ? `${clock(entry.receivedAt)} (${((Date.parse(entry.receivedAt) - since) / 1_000).toFixed(1)} s)` : 'not seen'

type Counts = Awaited<ReturnType<Alertmanager['counts']>>

/** What Alertmanager itself has counted since for these receivers: what nobody here can look into is sent as well. */
async function counted(alertmanager: Alertmanager, before: Counts, receivers: readonly string[]): Promise<string[]> {
  return [...(await alertmanager.counts())].flatMap(([key, { tried, failed }]) => {
    const more = tried - (before.get(key)?.tried ?? 0)
    const broken = failed - (before.get(key)?.failed ?? 0)
    if (!receivers.includes(key.split(' ')[0] ?? '') || more + broken === 0) return []
    return `  ${key}: ${more} sent${broken > 0 ? `, of which failed: ${broken}` : ''}`
  })
}

/** Where the message leads: the stack's own pages. */
function linksOf(place: Place): Record<string, string> {
  const grafana = readState(place.run)?.services.find(({ name }) => name === 'grafana')
  const pages = urlOf(place, 'console', grafana?.state === 'ready' ? 'besideGrafana' : 'http')
  return { runbook_url: `${pages}/runbooks`, dashboard_url: `${pages}/d/alerts-notifications` }
}

/** Ends the alert when the person does not want to wait: nobody is to be paged for ten minutes by a test. */
function endWhenInterrupted(alertmanager: Alertmanager): void {
  const stop = () => void alertmanager.end().finally(() => process.exit(130))
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
}

/** Tells, waits, ends, waits, and prints. @returns the exit code */
async function run(drill: Drill): Promise<number> {
  const place = readPlace()
  const servers = await findServers(place)
  const { respond, escalate } = priorities[drill.priority]
  const alertmanager = alertmanagerAt(servers.alertmanager, respond)
  const subject = `test-${Date.now().toString(36)}-${process.pid}`
  const look = () => deliveredAt(servers.sandbox, subject)
  const hasInbox = (await look()) !== undefined
  const before = await alertmanager.counts()
  const ways = waysOf(drill)

  endWhenInterrupted(alertmanager)
  const sentAt = Date.now()
  await alertmanager.send(drill, subject, linksOf(place))
  console.log(
    `${clock(sentAt)} UTC  sent to ${servers.alertmanager}: ${drill.severity}, team ${drill.team}, "${drill.summary}"`,
  )
  console.log(`${drill.priority}: respond ${respond}. ${escalate}`)

  const waits = drill.priority === 'P4' && drill.receivers.includes('slack') && !isBusinessHours(new Date(sentAt))
  const canTell = hasInbox && !waits
  // Where nothing will be seen, as long as Alertmanager needs to do its part.
  if (!canTell) await sleep(10_000)
  const told = await untilTold(look, { ways, status: 'firing', withinMs: canTell ? toldWithinMs : 0 })
  const held = await alertmanager.held(subject)
  const endedAt = Date.now()
  await alertmanager.end()
  console.log(`${clock(endedAt)} UTC  ended`)
  const toldWays = ways.filter((way) => told.has(way))
  const over = await untilTold(look, { ways: toldWays, status: 'resolved', withinMs: hasInbox ? overWithinMs : 0 })

  if (hasInbox) {
    const head = ['receiver', 'by', 'to', 'told (after)', 'over (after)']
    const rows = ways.map((way) => [
      way.receiver,
      way.by,
      way.inbox,
      after(told.get(way), sentAt),
      after(over.get(way), endedAt),
    ])
    console.log(`\n${columns([head, ...rows]).join('\n')}`)
  } else console.log(`\nNo sandbox answers at ${servers.sandbox}, so who read it cannot be seen here.`)
  console.log(`\nAlertmanager routed it to ${held.receivers.join(', ') || 'nobody'}.`)
  if (held.by.length > 0) console.log(`It held it back: ${held.by.join(', ')}.`)
  console.log(
    `It has counted since:\n${(await counted(alertmanager, before, held.receivers)).join('\n') || '  no notification'}`,
  )

  if (waits) {
    const { weekdays, from, to, location } = businessHours
    const when = `${weekdays.replace(':', ' to ')}, ${from} to ${to}, ${location}`
    console.log(`\nP4 waits for business hours (${when}): that nobody was told is right.`)
    return told.size === 0 ? 0 : 1
  }
  if (!hasInbox) return held.receivers.length > 0 ? 0 : 1
  const missing = ways.filter((way) => !told.has(way) || !over.has(way))
  const list = missing.map(({ receiver, by }) => `${receiver} by ${by}`).join(', ')
  console.log(
    missing.length === 0
      ? `\nEveryone was told, and told that it is over: ${servers.sandbox}/inbox`
      : `\nNot seen in the sandbox: ${list}. The counts above say whether it was sent elsewhere.`,
  )
  return missing.length === 0 ? 0 : 1
}

try {
  process.exitCode = await run(readDrill(process.argv.slice(2)))
} catch (error) {
  if (error instanceof UsageError) console.error(`${error.message}\n\n${usage}`)
  else if (error instanceof DrillError || error instanceof SettingError) console.error(error.message)
  else throw error
  process.exitCode = error instanceof UsageError ? 2 : 1
}
