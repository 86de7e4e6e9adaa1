import { z } from 'zod'
import type { EventSource } from '../../db/schema-webhooks.ts'
import { DomainError, unauthorized } from '../../errors.ts'
import { counter } from '../../telemetry/instruments.ts'
import { securityEvent } from '../../telemetry/security.ts'
import { span } from '../../telemetry/spans.ts'
import type { SignatureCheck, SignedRequest } from './signatures.ts'
import { type ArrivedEvent, bodies } from './sources.ts'
import type { StoreEvents } from './store.ts'

const arrived = counter('webhook_events_total')

export interface Receipt {
  readonly accepted: number
  /** Known already, and not stored again. */
  readonly duplicates: number
}

/**
 * Takes in one webhook: its signature is checked, its events that are new are stored, and their jobs are enqueued in the same
 * transaction. Everything else is the worker's, so that the sender has its answer at once.
 * @throws DomainError unauthorized without a valid signature, malformed_request or validation for a body that is not the source's
 */
export const receive = async (
  store: StoreEvents,
  source: EventSource,
  request: SignedRequest,
  isSigned: SignatureCheck,
): Promise<Receipt> =>
  await span('webhook receipt', { 'crm.webhook.source': source }, async () => {
    if (!(await isSigned(request))) {
      arrived.add(1, { source, outcome: 'rejected' })
      securityEvent('bad_webhook_signature', { source })
      throw unauthorized('The signature is missing, not valid, or too old.')
    }
    const events = eventsOf(source, request.body)
    const accepted = await store(source, events)
    const duplicates = events.length - accepted
    if (accepted > 0) arrived.add(accepted, { source, outcome: 'accepted' })
    if (duplicates > 0) arrived.add(duplicates, { source, outcome: 'duplicate' })
    return { accepted, duplicates }
  })

/** @throws DomainError malformed_request, or validation with the names of the fields; counted as rejected */
const eventsOf = (source: EventSource, body: Buffer): ArrivedEvent[] => {
  try {
    return bodies[source].parse(JSON.parse(body.toString()))
  } catch (error) {
    arrived.add(1, { source, outcome: 'rejected' })
    if (!(error instanceof z.ZodError)) throw new DomainError('malformed_request', 'The body is not JSON.')
    const fields = error.issues.map(({ path, message }) => ({ field: path.map(String).join('.') || 'body', message }))
    throw new DomainError('validation', `The body is not one of ${source}’s webhooks.`, { fields })
  }
}
