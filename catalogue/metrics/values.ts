/** Closed sets of label values: what a metric, a query and the code that counts must agree upon. */

/** Methods the service answers; every other one is counted as `_OTHER`, as the semantic conventions say. */
export const httpMethods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', '_OTHER'] as const

/** `error.type` of every answer with a status ≥ 400 (`app/errors.ts` maps to these). */
export const errorTypes = [
  'malformed_request',
  'validation',
  'unauthorized',
  'forbidden',
  'not_found',
  'method_not_allowed',
  'conflict',
  'payload_too_large',
  'rate_limited',
  'dependency_unavailable',
  'timeout',
  'internal',
] as const

/** Routes that machines ask again and again. Their 503 is a message to a load balancer, not a user who was hurt. */
export const probeEndpoints = ['/health', '/health/live', '/health/ready'] as const

export const queryOperations = ['select', 'insert', 'update', 'delete', 'transaction', 'other'] as const

/** The queues of background work, each with one kind of job. */
export const backgroundQueues = [
  'contact-enrichment',
  'search-indexing',
  'integration-scheduling',
  'webhook-processing',
  'lead-workflow',
  'invoice-creation',
  'calendar-sync',
  'email-sync',
  'email-sending',
  'text-sending',
  'broadcast-sending',
  'contact-export',
  'retention',
  'backup',
] as const
/** The queues by which other CRMs are synchronized; the operators of such systems call them the service bus. */
export const serviceBusQueues = ['integration-sync'] as const
export const queueNames = [...backgroundQueues, ...serviceBusQueues] as const

export const jobStatuses = ['completed', 'failed'] as const

/** Why a job failed: what a person would do about it differs. */
export const jobErrorReasons = [
  'timeout',
  'dependency_unavailable',
  'rate_limited',
  'invalid_data',
  'internal',
] as const

export const signals = ['traces', 'logs', 'metrics'] as const

/** Who sends us webhooks. */
export const webhookSources = ['ghl', 'aloware', 'verity', 'gmail', 'salesforce', 'hubspot', 'alertmanager'] as const
/** What became of a webhook at the door. */
export const webhookOutcomes = ['accepted', 'duplicate', 'rejected'] as const
/** Where a stored webhook stands. */
export const webhookStatuses = ['pending', 'processed', 'error', 'quarantined'] as const

export const syncDirections = ['inbound', 'outbound'] as const
export const syncEntities = ['contact', 'deal'] as const
export const syncJobStatuses = ['pending', 'processing', 'completed', 'failed'] as const
export const syncOperationStatuses = ['completed', 'failed'] as const

/** Kinds of provider behind the adapters. */
export const adapterTypes = [
  'gmail',
  'google_calendar',
  'billy',
  'ghl',
  'aloware',
  'verity',
  'salesforce',
  'hubspot',
  'smtp',
] as const

/** Outside services, by the name their adapter bears. */
export const externalServices = [...adapterTypes, 'google_token', 'enrichment', 'oauth'] as const

export const callStatuses = ['success', 'error'] as const
/** What a call to a provider is about. */
export const callEntities = [
  'contact',
  'deal',
  'message',
  'invoice',
  'event',
  'text',
  'broadcast',
  'mail',
  'other',
] as const

/** What became of an e-mail. `deferred` is tried again. */
export const deliveryOutcomes = ['delivered', 'bounced', 'deferred', 'failed'] as const

export const realtimeTypes = ['sse', 'websocket'] as const

export const securityEvents = [
  'sign_in_failed',
  'sign_in_burst',
  'unauthorized',
  'forbidden',
  'bad_webhook_signature',
  'bad_admin_credential',
] as const

/** Parts that `GET /health` speaks of. */
export const dependencies = ['database', 'job_queue', 'ghl_api', 'aloware_api', 'verity_api'] as const

/** Live alerts of the operations page, raised from the snapshots. They page nobody. */
export const liveAlertTypes = [
  'slow-query',
  'high-queue',
  'high-cpu',
  'high-memory',
  'slow-api',
  'high-error-rate',
] as const

/** Core Web Vitals and their helpers, as the `web-vitals` package names them, in lower case. */
export const webVitals = ['cls', 'fcp', 'inp', 'lcp', 'ttfb'] as const

export const cacheResults = ['hit', 'miss'] as const

/** States of a job as pg-boss knows them, in our words. */
export const queueStates = ['waiting', 'active', 'completed', 'failed', 'delayed'] as const

export const dealStages = ['new', 'qualified', 'proposal', 'won', 'lost'] as const
export const invoiceStatuses = ['draft', 'sending', 'sent', 'failed'] as const
