import { expect } from 'vitest'
import type { Held } from './held.ts'

interface Live {
  readonly type: string
  readonly data: {
    readonly activeUsers: number
    readonly snapshot: {
      readonly system: { readonly cpu: { readonly cores: number } }
      readonly queues: readonly { readonly waiting: number }[]
      readonly socket: { readonly activeConnections: number }
    }
  }
}
interface Slo {
  readonly id: string
  readonly state: keyof typeof sloStates
  readonly compliance: number | null
}
const sloStates = { ok: 'held', burning: 'burning', exhausted: 'exhausted', no_data: 'no data yet' } as const

interface Alerts {
  readonly alerts: readonly { readonly name: string; readonly summary: string; readonly description: string }[]
}
interface Told {
  readonly data: readonly { readonly type: string; readonly message: string; readonly status: string }[]
}
interface Journeys {
  readonly journeys: readonly { readonly traces: readonly { readonly traceId: string }[] }[]
}
interface Trace {
  readonly total: number
  readonly spans: readonly { readonly failed: boolean }[]
}
interface Audit {
  readonly entries: readonly { readonly userName: string; readonly action: string; readonly reason: string }[]
}

/** What the service has in its memory, and what the servers of the telemetry hold. */
export const heldElsewhere: Readonly<Record<string, Held>> = {
  '/admin': async (ask) => {
    const live = (await ask<Live[]>('/api/live')).find(({ type }) => type === 'operations')
    const { slos } = await ask<{ slos: Slo[] }>('/api/operations/slos')
    // By hand, from what is scraped: 99.95 % of 99.9 % with twice the burn that may be, 97 % of 98 %.
    const known = slos.filter(({ compliance }) => compliance !== null).map(({ id, state }) => `${id} ${state}`)
    expect(known).toEqual(['api-availability burning', 'email-delivery exhausted'])
    const waiting = live?.data.snapshot.queues.reduce((sum, queue) => sum + queue.waiting, 0)
    return {
      figures: { Now: { 'Active users': `${live?.data.activeUsers}`, 'Jobs that wait': `${waiting}` } },
      tables: {
        'What we promise': slos.map(({ id, state, compliance }) => ({
          State: sloStates[state],
          Held: compliance === null ? '–' : id === 'api-availability' ? '99.95 %' : '97 %',
        })),
      },
    }
  },
  '/admin/resources': async (ask) => {
    const live = (await ask<Live[]>('/api/live')).find(({ type }) => type === 'operations')
    const { activeConnections } = live?.data.snapshot.socket ?? {}
    return { figures: { 'The process that serves this page': { 'Live connections': `${activeConnections}` } } }
  },
  '/admin/alerts': async (ask) => {
    const { alerts } = await ask<Alerts>('/api/operations/alerts')
    expect(alerts.map(({ name }) => name)).toEqual(['HighErrorRate'])
    return {
      tables: {
        Firing: alerts.map(({ name, summary, description }) => ({
          Severity: 'P1 critical',
          Alert: `${name} ${summary}${description}`,
        })),
      },
    }
  },
  '/admin/alerts?tab=history': async (ask) => {
    const { data } = await ask<Told>('/api/monitoring/alerts?limit=200')
    return {
      tables: {
        'The last 200 alerts': data.map(({ type, message, status }) => ({
          Alert: `${type}${message}`,
          Status: status,
        })),
      },
    }
  },
  '/admin/journeys?trace=0af7651916cd43dd8448eb211c80319c': async (ask) => {
    const { journeys } = await ask<Journeys>('/api/operations/journeys?limit=5')
    expect(journeys.map(({ traces }) => traces.length)).toEqual([1, 1, 1, 1])
    const { total, spans } = await ask<Trace>('/api/operations/traces/0af7651916cd43dd8448eb211c80319c')
    const failed = spans.filter((span) => span.failed).length
    expect([total, failed]).toEqual([3, 1])
    return {
      figures: {
        'Sign-in – Trace 0af76519': { Took: '40 ms', Spans: '3', 'With errors': '1' },
      },
    }
  },
  '/admin/audit': async (ask) => {
    const { entries } = await ask<Audit>('/api/admin/audit?limit=50')
    expect(entries.map(({ action }) => action)).toEqual(['event.quarantine'])
    return {
      tables: {
        'What operators did': entries.map(({ userName, reason }) => ({
          Who: userName,
          Action: 'Quarantine an event',
          Outcome: 'done',
          Reason: expect.stringContaining(reason),
        })),
      },
    }
  },
}
