import type { JobDeps } from './handlers.ts'
import { applyBroadcastEvent } from './modules/broadcasts/webhook.ts'
import { applyGhlEvent, ghlEventGivenUp } from './modules/contact-sync/inbound.ts'
import { requestEmailSync } from './modules/email/mailboxes.ts'
import { applyCrmEvent } from './modules/integrations/webhook.ts'
import { applyTextEvent } from './modules/texts/webhook.ts'
import type { WebhookHandlers } from './modules/webhooks/process.ts'

/** Which module works off the webhooks of each source: in the transaction that marks the event as processed. */
export const webhookHandlers = (deps: JobDeps): WebhookHandlers => ({
  ghl: {
    apply: (trx, event, workspaceId) => applyGhlEvent(deps, trx, event, workspaceId),
    gaveUp: ghlEventGivenUp,
  },
  aloware: { apply: applyTextEvent },
  verity: { apply: applyBroadcastEvent },
  gmail: {
    apply: async (trx, { payload }, workspaceId) => {
      await requestEmailSync(deps, trx, workspaceId, payload as { emailAddress: string })
      return undefined
    },
  },
  salesforce: { apply: (trx, event) => applyCrmEvent(deps, trx, event, 'salesforce') },
  hubspot: { apply: (trx, event) => applyCrmEvent(deps, trx, event, 'hubspot') },
})
