import type { z } from 'zod'
import type { ActiveAlert, alertmanager, Matcher, Silence } from '../../adapters/alertmanager.ts'
import { conflict, notFound } from '../../errors.ts'
import type { alertsSchema, silenceBody } from './schemas.ts'

type Alerts = z.input<typeof alertsSchema>
type Server = ReturnType<typeof alertmanager>

const most = 500
/** Alerts that nobody is told: they hold others back, or show that the way is open. */
const toldToNobody: ReadonlySet<string | undefined> = new Set(['nobody', 'heartbeat'])

/** What fires, the newest first; and the silences that hold now. @throws ServerUnavailable */
export const readAlerts = async (server: Server): Promise<Alerts> => {
  const [alerts, silences] = await Promise.all([server.alerts(), server.silences()])
  const current = silences.filter(({ status }) => status.state !== 'expired')
  const told = alerts
    .filter(({ labels }) => !toldToNobody.has(labels.receivers))
    .toSorted((a, b) => Date.parse(b.startsAt) - Date.parse(a.startsAt))
  return {
    at: new Date().toISOString(),
    total: told.length,
    alerts: told.slice(0, most).map(alertOf),
    silences: current.slice(0, most).map(silenceOf),
  }
}

const stateOf = ({ status }: ActiveAlert): Alerts['alerts'][number]['state'] => {
  if (status.silencedBy.length > 0) return 'silenced'
  return status.inhibitedBy.length > 0 ? 'inhibited' : 'active'
}

const alertOf = (alert: ActiveAlert): Alerts['alerts'][number] => {
  const { fingerprint, labels, annotations, startsAt, status } = alert
  return {
    fingerprint,
    name: labels.alertname ?? '',
    severity: labels.severity ?? 'none',
    priority: labels.priority ?? null,
    state: stateOf(alert),
    summary: annotations.summary ?? '',
    description: annotations.description ?? '',
    firstStep: annotations.first_step ?? null,
    since: new Date(startsAt).toISOString(),
    runbook: addressOf(annotations.runbook_url),
    dashboard: addressOf(annotations.dashboard_url),
    silences: status.silencedBy,
    labels,
  }
}

/** What comes from outside is a link only where it leads to a page. */
const addressOf = (text: string | undefined): string | null =>
  text !== undefined && /^https?:\/\//.test(text) && URL.canParse(text) ? text : null

const silenceOf = ({
  id,
  matchers,
  startsAt,
  endsAt,
  createdBy,
  comment,
  status,
}: Silence): Alerts['silences'][number] => ({
  id,
  state: status.state === 'pending' ? 'pending' : 'active',
  matchers: matchers.map((matcher) => ({ ...matcher })),
  startsAt: new Date(startsAt).toISOString(),
  endsAt: new Date(endsAt).toISOString(),
  createdBy,
  comment,
})

/** @throws ServerUnavailable; DomainError not_found when no such alert fires */
export const silence = async (
  server: Server,
  { fingerprint, matchers, minutes, comment }: z.output<typeof silenceBody>,
  createdBy: string,
): Promise<{ id: string; endsAt: string; matchers: Matcher[] }> => {
  const which = matchers ?? (await labelsOf(server, fingerprint ?? ''))
  const [startsAt, endsAt] = [new Date(), new Date(Date.now() + minutes * 60_000)].map((time) => time.toISOString())
  const id = await server.silence({
    matchers: which,
    startsAt: startsAt ?? '',
    endsAt: endsAt ?? '',
    createdBy,
    comment,
  })
  return { id, endsAt: endsAt ?? '', matchers: which }
}

/** Exactly the alert that fires: each of its labels, as it is. */
const labelsOf = async (server: Server, fingerprint: string): Promise<Matcher[]> => {
  const alert = (await server.alerts()).find((one) => one.fingerprint === fingerprint)
  if (!alert) throw notFound('alert: it may have ended')
  return Object.entries(alert.labels).map(([name, value]) => ({ name, value, isRegex: false, isEqual: true }))
}

/** @throws ServerUnavailable; DomainError not_found, or conflict when it has ended */
export const endSilence = async (server: Server, id: string): Promise<void> => {
  const found = (await server.silences()).find((one) => one.id === id)
  if (!found) throw notFound('silence')
  if (found.status.state === 'expired') throw conflict('The silence has ended already.')
  await server.expire(id)
}
