import type { ErrorStatus } from '../../errors.ts'
import { answer } from '../../http/openapi.ts'
import { failureSchema } from './schemas.ts'

const descriptions: Partial<Record<ErrorStatus, string>> = {
  401: 'Not signed in',
  403: 'Not an admin',
  404: 'No such thing',
  422: 'Fields are not valid; the message names them',
  503: 'The database is away',
}

/** The `responses` of errors below /api/monitoring: `{ success: false, message }`. */
export const failures = <S extends ErrorStatus>(...statuses: S[]) =>
  Object.fromEntries(statuses.map((status) => [status, answer(failureSchema, descriptions[status] ?? 'Error')])) as {
    [Status in S]: ReturnType<typeof answer<typeof failureSchema>>
  }
