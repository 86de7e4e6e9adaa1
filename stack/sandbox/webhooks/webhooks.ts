import type { Hono } from 'hono'
import type { Faults } from '../faults.ts'
import type { Secrets } from '../secrets.ts'
import { Events } from './bodies.ts'
import type { Happening } from './event.ts'
import { DeliveryLog } from './log.ts'
import { mostWaiting, webhookRoutes } from './routes.ts'
import { Sender, type SenderOptions, type Target } from './sender.ts'
import { signers } from './signatures.ts'

export interface WebhookOptions extends Pick<SenderOptions, 'fetch' | 'backoffMs'> {
  readonly faults: Faults
  readonly secrets: Secrets
  readonly pushToken: (audience: string) => Promise<string>
  /** The mailbox's, at this moment. */
  readonly historyId: () => string
  /** Without one, nothing is sent until one is set. */
  readonly target: Target | undefined
  readonly now: () => number
}

export interface Webhooks {
  readonly app: Hono
  /** Something happened at a provider by itself: said after `delayMs`, where there is anybody to say it to. */
  readonly report: (happenings: readonly Happening[], delayMs?: number) => void
}

export function webhooks({ secrets, pushToken, historyId, target: first, now, ...options }: WebhookOptions): Webhooks {
  const target = { now: first }
  const log = new DeliveryLog()
  const sign = signers(secrets, pushToken)
  const events = new Events({ now, historyId })
  const headers: SenderOptions['headers'] = async (source, outgoing) => sign[source](outgoing)
  const sender = new Sender({ ...options, log, headers, target: () => target.now, now })
  return {
    app: webhookRoutes({ events, sender, log, target }),
    report: (happenings, delayMs = 0) => {
      if (!target.now || sender.waiting + happenings.length > mostWaiting) return
      setTimeout(() => void sender.send(happenings.map((happening) => events.make(happening))), delayMs).unref()
    },
  }
}
