import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { LoadCommand, LoadResult } from './load/generator.ts'

export type { LoadCommand, LoadResult } from './load/generator.ts'

export interface Load {
  /** One at a time. @throws an Error when nobody listens at the address */
  readonly run: (command: LoadCommand) => Promise<LoadResult>
  readonly stop: () => Promise<void>
}

/** Starts the load's process. It stays, so that later runs are not measured with code that has just been compiled. */
export const startLoad = (): Load => {
  const child = fork(new URL('./load/generator.ts', import.meta.url), { serialization: 'advanced', execArgv: [] })
  return {
    run: async (command) => {
      child.send(command)
      const [answer] = (await Promise.race([
        once(child, 'message'),
        once(child, 'exit').then(() => [{ error: 'the load generator ended' }]),
      ])) as [{ result: LoadResult } | { error: string }]
      if ('error' in answer) throw new Error(answer.error)
      return answer.result
    },
    stop: async () => {
      if (child.exitCode !== null) return
      child.disconnect()
      await once(child, 'exit')
    },
  }
}
