import { pause } from '../pace.ts'

/** What the sandbox sends, and how many each second: together some five a second, beside the people. */
const flow = [
  { source: 'ghl', perSecond: 2, spread: 50 },
  { source: 'aloware', perSecond: 1, spread: 50 },
  { source: 'verity', perSecond: 1, spread: 20 },
  { source: 'hubspot', perSecond: 0.2, spread: 20 },
  { source: 'salesforce', perSecond: 0.2, spread: 20 },
  { source: 'gmail', perSecond: 0.1, spread: 1 },
] as const

/** Seconds of webhooks that are ordered at once. */
const orderSeconds = 10

const json = { 'content-type': 'application/json' }

/** Lets the sandbox send webhooks until the signal comes. */
export const sendWebhooks = async (sandbox: string, signal: AbortSignal): Promise<void> => {
  await fetch(`${sandbox}/sandbox/webhooks/log`, { method: 'DELETE' })
  while (!signal.aborted) {
    for (const { source, perSecond, spread } of flow) {
      const order = {
        source,
        count: Math.ceil(perSecond * orderSeconds),
        spread,
        ratePerSecond: Math.max(1, perSecond),
        wait: false,
      }
      const response = await fetch(`${sandbox}/sandbox/webhooks/send`, {
        method: 'POST',
        headers: json,
        body: JSON.stringify(order),
      })
      if (!response.ok) throw new Error(`the sandbox sends no webhooks: ${response.status} ${await response.text()}`)
      await response.body?.cancel()
    }
    await pause(orderSeconds * 1_000, signal)
  }
}

/** The ids of what the sandbox sent, and whether each was taken. */
export interface Sent {
  readonly waiting: number
  readonly byEventId: Readonly<Record<string, { readonly outcome: string }>>
}

export const sentWebhooks = async (sandbox: string): Promise<Sent> =>
  (await (await fetch(`${sandbox}/sandbox/webhooks/log?byEventId=true`)).json()) as Sent
