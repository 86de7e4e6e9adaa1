import { AsyncLocalStorage } from 'node:async_hooks'
import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api'
import { getRPCMetadata } from '@opentelemetry/core'
import { pseudonym } from './pseudonym.ts'

/** Who and what a piece of work belongs to; every log line written inside it carries these. */
export interface RequestContext {
  correlationId: string
  userId?: string
  workspaceId?: string
}

const storage = new AsyncLocalStorage<RequestContext>()

/** The context of the work in progress, if any. */
export const requestContext = (): Readonly<RequestContext> | undefined => storage.getStore()

/** Runs `work` so that its log lines carry the context, and its server or consumer span the user (hashed) and workspace. */
export const withRequestContext = <T>(values: RequestContext, work: () => T): T => {
  const own = { ...values }
  markSpan(own)
  return storage.run(own, work)
}

/** Runs `work` as nobody's: timers and sockets begin in the context of whichever request happened to start them. */
export const outsideOfRequests = <T>(work: () => T): T => storage.exit(() => context.with(ROOT_CONTEXT, work))

/** Adds what became known later (the user, after the session was read). Outside of a context it does nothing. */
export const setRequestContext = (values: Partial<RequestContext>): void => {
  const current = storage.getStore()
  if (!current) return
  Object.assign(current, values)
  markSpan(values)
}

const markSpan = ({ userId, workspaceId }: Partial<RequestContext>): void => {
  if (userId === undefined && workspaceId === undefined) return
  const active = context.active()
  const span = getRPCMetadata(active)?.span ?? trace.getSpan(active)
  if (!span?.isRecording()) return
  if (userId !== undefined) span.setAttribute('user.id', pseudonym(userId))
  if (workspaceId !== undefined) span.setAttribute('crm.workspace.id', workspaceId)
}
