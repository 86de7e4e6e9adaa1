import type { InferResponseType } from 'hono/client'
import type { api } from '../../client.ts'
import { Pill } from '../../ui/card.tsx'
import { errorKind, eventStatus } from '../names.ts'

export type WebhookEvent = InferResponseType<typeof api.admin.events.$get, 200>['events'][number]

export const EventStatus = ({ status }: Pick<WebhookEvent, 'status'>) => {
  const { word, tone } = eventStatus(status)
  return <Pill tone={tone}>{word}</Pill>
}

/** Why an event is where it is: what went wrong, or what the operator said. */
export const reasonOf = ({ errorMessage, quarantineReason }: WebhookEvent): string =>
  quarantineReason ?? (errorMessage === null ? '' : errorKind(errorMessage))
