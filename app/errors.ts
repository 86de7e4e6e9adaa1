import { HTTPException } from 'hono/http-exception'
import { AdapterError, type ProviderName } from './adapters/outside.ts'
import type { ErrorType } from './telemetry/http.ts'

/** A field of a request that is wrong: `{ field: 'email', message: 'must be an e-mail address' }`. */
export interface FieldError {
  readonly field: string
  readonly message: string
}

interface Details {
  readonly headers?: Readonly<Record<string, string>>
  readonly fields?: readonly FieldError[]
  readonly cause?: unknown
}

/** An error that the caller of the API is told about. `detail` is a sentence for people and holds no personal data. */
export class DomainError extends Error {
  override readonly name: string = 'DomainError'
  /** `error_type` of the metrics and `error.type` of the span. */
  readonly type: ErrorType
  readonly headers: Readonly<Record<string, string>>
  readonly fields: readonly FieldError[]

  constructor(type: ErrorType, detail: string, { headers = {}, fields = [], cause }: Details = {}) {
    super(detail, { cause })
    this.type = type
    this.headers = headers
    this.fields = fields
  }
}

export const notFound = (what: string): DomainError => new DomainError('not_found', `There is no such ${what}.`)
export const conflict = (detail: string): DomainError => new DomainError('conflict', detail)
export const forbidden = (detail: string): DomainError => new DomainError('forbidden', detail)
export const unauthorized = (detail: string): DomainError => new DomainError('unauthorized', detail)
export const invalid = (fields: readonly FieldError[]): DomainError =>
  new DomainError('validation', 'Some fields are not valid.', { fields })
/** Seconds after which a caller should try again when something we depend on is away. */
const retryAfterSeconds = 5
export const unavailable = (what: string, cause?: unknown): DomainError =>
  new DomainError('dependency_unavailable', `${what} does not answer at the moment. Please try again.`, {
    headers: { 'retry-after': String(retryAfterSeconds) },
    cause,
  })

/** The status of each kind of error. */
export const statuses = {
  malformed_request: 400,
  validation: 422,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  payload_too_large: 413,
  rate_limited: 429,
  internal: 500,
  dependency_unavailable: 503,
  timeout: 504,
} as const satisfies Record<ErrorType, number>

export type ErrorStatus = (typeof statuses)[ErrorType]

/** What any thrown value means to the caller. The one place where errors become answers. */
export const domainErrorOf = (thrown: unknown): DomainError => {
  if (thrown instanceof DomainError) return thrown
  if (thrown instanceof AdapterError) return ofProvider(thrown)
  if (databaseIsAway(thrown)) return unavailable('The database', thrown)
  if (databaseIsBusy(thrown))
    return new DomainError('timeout', 'The database took too long. Please try again.', { cause: thrown })
  // Hono's own: a body that is no JSON, a malformed query.
  if (thrown instanceof HTTPException && thrown.status < 500)
    return new DomainError(typeOfStatus(thrown.status), `${thrown.message.replace(/\.$/, '')}.`, { cause: thrown })
  return new DomainError('internal', 'Something went wrong on our side.', { cause: thrown })
}

/** As people call them. */
const providerTitles: Readonly<Record<ProviderName, string>> = {
  gmail: 'Gmail',
  google_calendar: 'Google Calendar',
  billy: 'Billy',
  ghl: 'GHL',
  aloware: 'Aloware',
  verity: 'Verity',
  salesforce: 'Salesforce',
  hubspot: 'HubSpot',
  smtp: 'The mail server',
}

/** Whatever a provider did wrong is not the caller's doing: 504 when it was slow, else 503 with the time to come back. */
const ofProvider = (error: AdapterError): DomainError => {
  const title = providerTitles[error.provider]
  if (error.reason === 'timeout')
    return new DomainError('timeout', `${title} took too long. Please try again.`, { cause: error })
  if (error.retryable && error.retryAfterMs === undefined) return unavailable(title, error)
  if (!error.retryable)
    return new DomainError('dependency_unavailable', `${title} did not do what was asked of it.`, { cause: error })
  const seconds = Math.max(1, Math.ceil((error.retryAfterMs ?? 0) / 1_000))
  return new DomainError('dependency_unavailable', `${title} asks us to wait. Please try again in ${seconds} s.`, {
    headers: { 'retry-after': String(seconds) },
    cause: error,
  })
}

const typeOfStatus = (status: number): ErrorType =>
  (Object.keys(statuses) as ErrorType[]).find((type) => statuses[type] === status) ?? 'malformed_request'

/** Codes of Node's sockets, and SQLSTATE classes: connection exception, shutdown and start-up, too many connections. */
const awayCodes =
  /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|08...|57P0[1-5]|53300)$/
/** pg and pg-pool say these in words only. */
const awayMessages =
  /timeout exceeded when trying to connect|connection terminated|query read timeout|client has encountered a connection error|connection is closed/i

const codeOf = (thrown: unknown): string => {
  const code = typeof thrown === 'object' && thrown !== null && 'code' in thrown ? thrown.code : undefined
  return typeof code === 'string' ? code : ''
}

/** The database cannot be reached, or does not answer within its limits. */
export const databaseIsAway = (thrown: unknown): boolean =>
  awayCodes.test(codeOf(thrown)) || (thrown instanceof Error && awayMessages.test(thrown.message))

/** statement_timeout, lock_timeout, deadlock and serialization failures: trying again helps. */
const databaseIsBusy = (thrown: unknown): boolean => /^(57014|55P03|40P01|40001)$/.test(codeOf(thrown))
