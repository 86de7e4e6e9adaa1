import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { LoadCommand, LoadResult } from './load/generator.ts'

export type { LoadCommand, LoadResult } from './load/generator.ts'

export interface Load {
  /** One after the other. @throws an Error when nobody listens at the address */
  readonly run: (command: LoadCommand) => Promise<LoadResult>
  readonly stop: () => Promise<void>
}

/** Starts the load's process. It stays, so that later runs are not measured with code that has just been compiled. */
export const startLoad = (): Load => {
  const child = fork(new URL('./load/generator.ts', import.meta.url), { serialization: 'advanced', execArgv: [] })
  const ended = once(child, 'exit').then(() => [{ error: 'the load generator ended' }])
  const ask = async (command: LoadCommand): Promise<LoadResult> => {
    child.send(command)
    const [answer] = (await Promise.race([once(child, 'message'), ended])) as [
      { result: LoadResult } | { error: string },
    ]
    if ('error' in answer) throw new Error(answer.error)
    return answer.result
  }
  let last: Promise<unknown> = Promise.resolve()
  return {
    run: (command) => {
      const result = last.then(() => ask(command))
      last = result.catch(() => {})
      return result
    },
    stop: async () => {
      if (child.exitCode !== null) return
      child.disconnect()
      await ended
    },
  }
}
