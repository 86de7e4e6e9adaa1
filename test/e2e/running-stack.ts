/** What tests of a running stack share: where it is, its verifier, and what was delivered from it. */
import { setTimeout as sleep } from 'node:timers/promises'
import { inject } from 'vitest'
import type { Place } from '../../stack/place.ts'
import { urlOf } from '../../stack/ports.ts'
import { runCommand } from './command.ts'
import type { SharedStack } from './shared-stack.ts'

const asked = async (method: 'GET' | 'DELETE'): Promise<SharedStack> =>
  (await fetch(inject('sharedStack'), { method })).json() as Promise<SharedStack>

/** Limit for a `beforeAll` that waits for the stack: as long as all servers take to be built on two busy cores. */
export const firstStartMs = 30 * 60_000

/** The stack that all files share; the first to ask starts it. @throws with all that the launcher said when it did not start */
export async function sharedStack(): Promise<Place> {
  for (;;) {
    const now = await asked('GET')
    if (now.state === 'ready') return now.place
    if (now.state === 'failed') throw new Error(`the shared stack did not start: ${now.reason}`)
    if (now.state === 'stopped')
      throw new Error('the shared stack has been stopped: file-order.ts names what comes last')
    await sleep(200)
  }
}

/** Ends it for good. Undefined where it was never started. */
export async function stopSharedStack(): Promise<Extract<SharedStack, { state: 'stopped' }> | undefined> {
  const now = await asked('DELETE')
  return now.state === 'stopped' ? now : undefined
}

/** `npm run verify` */
export const verify = (place: Place, ...args: string[]) => runCommand(place, ['stack/verify/main.ts', ...args])

export interface Delivered {
  readonly receivedAt: string
  readonly receiver: string
  readonly status: 'firing' | 'resolved'
  readonly alerts: readonly {
    readonly status: string
    readonly labels: Readonly<Record<string, string>>
    readonly annotations: Readonly<Record<string, string>>
  }[]
}

/** Every notification about this alert that was delivered in the state, newest first. */
export async function delivered(place: Place, alertname: string, status: 'firing' | 'resolved'): Promise<Delivered[]> {
  const inbox = (await (await fetch(`${urlOf(place, 'sandbox')}/inbox.json`)).json()) as Delivered[]
  return inbox.filter((one) =>
    one.alerts.some((alert) => alert.status === status && alert.labels.alertname === alertname),
  )
}
