import type { JobDeps } from './handlers.ts'
import type { WebhookHandler, WebhookHandlers } from './modules/webhooks/process.ts'

/** Its events are kept, and mean nothing to us yet. */
const nothingToDo: WebhookHandler = { apply: async () => undefined }

/** Which module works off the webhooks of each source. */
export const webhookHandlers = (_deps: JobDeps): WebhookHandlers => ({
  ghl: nothingToDo,
  aloware: nothingToDo,
  verity: nothingToDo,
  gmail: nothingToDo,
  salesforce: nothingToDo,
  hubspot: nothingToDo,
})
