import type { Role } from '../db/schema.ts'
import type { HttpTelemetryVariables } from '../telemetry/http.ts'

/** Who sent a request. */
export interface SignedInUser {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly role: Role
  readonly workspaceId: string
}

/** What a route tells the audit log of its action. */
export interface AuditNote {
  /** Where it is not the `id` of the address. */
  readonly targetId?: string
  readonly reason?: string
  /** Numbers, and words of ours. */
  readonly details?: Readonly<Record<string, string | number | boolean>>
}

/** What a request carries from one middleware to the next. */
export interface AppEnv {
  Variables: HttpTelemetryVariables & {
    correlationId: string
    /** Undefined until a session was found. */
    user: SignedInUser | undefined
    /** Set where the admin secret was given, and right. */
    hasAdminSecret?: boolean
    audit?: AuditNote
  }
}

/** A route behind `signedIn`. */
export interface SignedInEnv {
  Variables: AppEnv['Variables'] & { user: SignedInUser }
}
