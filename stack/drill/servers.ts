import { z } from 'zod'
import type { Drill } from './drill.ts'

/** What a person can do about it stands in the message. */
export class DrillError extends Error {
  override readonly name = 'DrillError'
}

async function ask(url: string, init: RequestInit = {}): Promise<Response> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(5_000) })
  if (!response.ok) throw new DrillError(`${url} answered ${response.status}: ${(await response.text()).slice(0, 300)}`)
  return response
}

const names = z.array(z.string()).default([])
const groups = z.array(
  z.object({
    receiver: z.object({ name: z.string() }),
    alerts: z.array(z.object({ status: z.object({ mutedBy: names, silencedBy: names, inhibitedBy: names }) })),
  }),
)

/** What Alertmanager does with one alert. */
export interface Held {
  readonly receivers: readonly string[]
  /** Time intervals, silences and alerts by which it is held back. */
  readonly by: readonly string[]
}

export interface Alertmanager {
  /** Fires until it is ended, or for ten minutes when nobody ends it. */
  readonly send: (drill: Drill, subject: string, links: Readonly<Record<string, string>>) => Promise<void>
  readonly end: () => Promise<void>
  readonly held: (subject: string) => Promise<Held>
  /** Notifications by `<receiver> <integration>`: tried and failed. */
  readonly counts: () => Promise<Map<string, { readonly tried: number; readonly failed: number }>>
}

/** @param respond how soon somebody must answer, for the message */
export function alertmanagerAt(url: string, respond: string): Alertmanager {
  let last: Record<string, unknown> | undefined
  const post = (alert: Record<string, unknown>) =>
    ask(`${url}/api/v2/alerts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify([alert]),
    })
  return {
    send: async ({ kind, severity, priority, team, receivers, summary }, subject, links) => {
      const now = Date.now()
      last = {
        labels: {
          alertname: kind === 'alert' ? 'TestAlert' : 'TestEscalation',
          severity,
          priority,
          team,
          receivers: receivers.join(','),
          subject,
        },
        annotations: {
          summary,
          description: 'This is a test: nothing is wrong.',
          impact: 'None.',
          first_step: 'Say that it has arrived.',
          respond,
          ...links,
        },
        startsAt: new Date(now).toISOString(),
        endsAt: new Date(now + 10 * 60_000).toISOString(),
      }
      await post(last)
    },
    end: async () => {
      if (last) await post({ ...last, endsAt: new Date().toISOString() })
    },
    held: async (subject) => {
      const filter = encodeURIComponent(`subject="${subject}"`)
      const found = groups.parse(await (await ask(`${url}/api/v2/alerts/groups?filter=${filter}`)).json())
      const by = found.flatMap(({ alerts }) =>
        alerts.flatMap(({ status }) => [...status.mutedBy, ...status.silencedBy, ...status.inhibitedBy]),
      )
      return { receivers: found.map(({ receiver }) => receiver.name).sort(), by: [...new Set(by)] }
    },
    counts: async () => {
      const counts = new Map<string, { tried: number; failed: number }>()
      const text = await (await ask(`${url}/metrics`)).text()
      const line = /^alertmanager_notifications(_failed)?_total\{(.*)\} (\S+)$/gm
      for (const [, failed, labels = '', value] of text.matchAll(line)) {
        const label = (name: string) => new RegExp(`\\b${name}="([^"]*)"`).exec(labels)?.[1] ?? ''
        const key = `${label('receiver_name')} ${label('integration')}`
        const before = counts.get(key) ?? { tried: 0, failed: 0 }
        const more = Number(value)
        counts.set(
          key,
          failed ? { ...before, failed: before.failed + more } : { ...before, tried: before.tried + more },
        )
      }
      return counts
    },
  }
}

const inbox = z.array(
  z.looseObject({
    via: z.string(),
    receiver: z.string(),
    receivedAt: z.string(),
    status: z.enum(['firing', 'resolved']),
  }),
)
export type Delivered = z.output<typeof inbox>[number]

/** What arrived about a subject, whatever way it came. Undefined where there is no sandbox. */
export async function deliveredAt(sandbox: string, subject: string): Promise<Delivered[] | undefined> {
  const response = await ask(`${sandbox}/inbox.json`).catch(() => undefined)
  if (!response) return undefined
  return inbox.parse(await response.json()).filter((entry) => JSON.stringify(entry).includes(subject))
}
