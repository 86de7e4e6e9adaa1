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

/** What a request carries from one middleware to the next. */
export interface AppEnv {
  Variables: HttpTelemetryVariables & {
    correlationId: string
    /** Undefined until a session was found. */
    user: SignedInUser | undefined
  }
}

/** A route behind `signedIn`. */
export interface SignedInEnv {
  Variables: AppEnv['Variables'] & { user: SignedInUser }
}
