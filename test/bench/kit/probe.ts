/**
 * Loaded into the service before it starts (`--import`), with telemetry and without: says how much CPU and memory the process
 * has used, and profiles it. Costs nothing until it is asked.
 */
import { writeFile } from 'node:fs/promises'
import { Session } from 'node:inspector/promises'

export type Ask =
  | { readonly ask: 'usage' }
  | { readonly ask: 'profile' }
  | { readonly ask: 'stop'; readonly file: string }

export interface Usage {
  /** CPU milliseconds since the process began, of all its threads. */
  readonly cpuMs: number
  readonly rss: number
  readonly heapUsed: number
  readonly external: number
}

const usage = (): Usage => {
  const { user, system } = process.cpuUsage()
  const { rss, heapUsed, external } = process.memoryUsage()
  return { cpuMs: (user + system) / 1_000, rss, heapUsed, external }
}

let session: Session | undefined

const answers = {
  usage: async () => usage(),
  profile: async () => {
    session = new Session()
    session.connect()
    await session.post('Profiler.enable')
    await session.post('Profiler.setSamplingInterval', { interval: 250 })
    await session.post('Profiler.start')
    return usage()
  },
  stop: async (file: string) => {
    const used = usage()
    const { profile } = (await session?.post('Profiler.stop')) ?? {}
    session?.disconnect()
    await writeFile(file, JSON.stringify(profile))
    return used
  },
}

process.on('message', (message: Ask) => {
  answers[message.ask]('file' in message ? message.file : '').then((answer) => process.send?.(answer))
})
// With the bench the service goes too.
process.on('disconnect', () => process.exit())
// The channel alone does not keep the service from ending.
process.channel?.unref()
