import { Failure } from './client.ts'
import { tell } from './ui/toasts.tsx'
import { sentence } from './ui/trouble.tsx'

/** Tells people what nobody else has told them. That a session is over is told by `SessionOver`, once. */
export const tellFailure = (error: unknown): void => {
  if (!(error instanceof Failure && error.status === 401)) tell('bad', sentence(error))
}

/** The one handler of errors that nothing else caught. */
export const catchEverything = (): void => {
  addEventListener('unhandledrejection', ({ reason }) => tellFailure(reason))
  addEventListener('error', ({ error, message }) => {
    // Browsers report it where an observer of sizes had to wait for the next frame: nothing is wrong.
    if (!message.startsWith('ResizeObserver')) tellFailure(error)
  })
}
