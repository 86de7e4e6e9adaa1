import { AsyncLocalStorage } from 'node:async_hooks'
import { context, ROOT_CONTEXT, type Span, trace } from '@opentelemetry/api'
import { pseudonym } from './pseudonym.ts'

/** Who and what a piece of work belongs to; every log line written inside it carries these. */
export interface RequestContext {
  correlationId: string
  userId?: string
  workspaceId?: string
}

interface Scope {
  readonly values: RequestContext
  /** The span that was active where the scope began: a request's own. */
  readonly span: Span | undefined
}

const storage = new AsyncLocalStorage<Scope>()

/** The context of the work in progress, if any. */
export const requestContext = (): Readonly<RequestContext> | undefined => storage.getStore()?.values

/** Runs `work` so that its log lines carry the context, and its server or consumer span the user (hashed) and workspace. */
export const withRequestContext = <T>(values: RequestContext, work: () => T): T => {
  const scope = { values: { ...values }, span: trace.getSpan(context.active()) }
  markSpan(scope, values)
  return storage.run(scope, work)
}

/** Runs `work` as nobody's: timers and sockets begin in the context of whichever request happened to start them. */
export const outsideOfRequests = <T>(work: () => T): T => storage.exit(() => context.with(ROOT_CONTEXT, work))

/** Adds what became known later (the user, after the session was read). Outside of a context it does nothing. */
export const setRequestContext = (values: Partial<RequestContext>): void => {
  const scope = storage.getStore()
  if (!scope) return
  Object.assign(scope.values, values)
  markSpan(scope, values)
}

/** The span of the whole request or job: the server's or consumer's own, not that of a step in it. */
export const mainSpan = (): Span | undefined => spanOf(storage.getStore())

/** A job's scope begins before its span does; then the active one is meant. */
const spanOf = (scope: Scope | undefined): Span | undefined =>
  scope?.span?.isRecording() ? scope.span : trace.getSpan(context.active())

const markSpan = (scope: Scope, { userId, workspaceId }: Partial<RequestContext>): void => {
  if (userId === undefined && workspaceId === undefined) return
  const span = spanOf(scope)
  if (!span?.isRecording()) return
  if (userId !== undefined) span.setAttribute('user.id', pseudonym(userId))
  if (workspaceId !== undefined) span.setAttribute('crm.workspace.id', workspaceId)
}
