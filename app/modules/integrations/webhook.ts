import type { CrmProvider } from '../../db/schema-integrations.ts'
import type { WebhookEvent } from '../../db/schema-webhooks.ts'
import type { Deps } from '../../deps.ts'
import type { Trx } from './entity.ts'
import { requestSyncIn } from './requests.ts'

/**
 * Something changed at a CRM: whoever is integrated with it is synchronized. What changed is read there, not from the event:
 * events come late, twice and in any order.
 */
export const applyCrmEvent = async (
  { jobs }: Pick<Deps, 'jobs'>,
  trx: Trx,
  event: Pick<WebhookEvent, 'event_type'>,
  provider: CrmProvider,
): Promise<() => void> => {
  // `Contact`, `Opportunity`; `contact.propertyChange`, `deal.creation`.
  const entity = /^contact\b/i.test(event.event_type)
    ? 'contact'
    : /^(opportunity|deal)\b/i.test(event.event_type)
      ? 'deal'
      : undefined
  const { count } = await requestSyncIn(trx, jobs, {
    provider,
    trigger: 'webhook',
    ...(entity && { entities: [entity] }),
  })
  return count
}
