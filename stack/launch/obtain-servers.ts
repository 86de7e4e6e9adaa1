import type { ServiceName } from '../ports.ts'
import { type ServerName, serverNames, servers } from '../servers/servers.ts'
import { services } from '../services.ts'
import { ServerBuildError } from './go-build.ts'
import type { RunningStack } from './running-stack.ts'
import { elapsed } from './screen.ts'
import { type BuildProgress, ensureServer, type MissingServer, type ReadyServer } from './server-build.ts'

const steps = {
  wait: 'another process builds it',
  download: 'downloading',
  compile: 'compiling',
} as const satisfies Record<BuildProgress['step'], string>

/** The service that runs a server. */
export const serviceFor = (server: ServerName): ServiceName | undefined =>
  (Object.keys(services) as ServiceName[]).find((name) => services[name].server === server)

export type Obtained = ReadyServer<ServerName> | MissingServer

/** Servers that are in no Go module: they take part where they are installed. Looking takes no time worth showing. */
export async function lookForInstalled(env: NodeJS.ProcessEnv): Promise<{ tempo: Obtained; grafana: Obtained }> {
  const [tempo, grafana] = await Promise.all([ensureServer('tempo', { env }), ensureServer('grafana', { env })])
  return { tempo, grafana }
}

export function startInstalled(stack: RunningStack, installed: readonly Obtained[]): void {
  for (const server of installed) {
    const service = serviceFor(server.name)
    if (server.state === 'missing' || !service) continue
    stack.found(server.name, server)
    void stack.start(service)
  }
}

/**
 * Makes the servers available one after the other (a build takes the whole machine), and starts each as soon as it is
 * there. One that cannot be had is reported, and the rest goes on.
 */
export async function obtainServers(
  stack: RunningStack,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
  onProgress: (name: ServiceName, text: string | undefined) => void,
): Promise<void> {
  const wanted = serverNames.flatMap((server) => {
    const name = serviceFor(server)
    return name && stack.has(name) && 'build' in servers[server] ? [{ server, name }] : []
  })
  for (const { name } of wanted.slice(1)) stack.building(name, 'its turn comes')
  for (const { server, name } of wanted) {
    if (signal.aborted) return
    try {
      const result = await ensureServer(server, {
        env,
        signal,
        onProgress({ step, elapsedSeconds, detail }) {
          stack.building(name, steps[step])
          const parts = [elapsed(elapsedSeconds * 1_000), detail].filter((part) => part !== '')
          onProgress(name, `building ${services[name].title}: ${steps[step]} (${parts.join(', ')})`)
        },
      })
      if (result.state === 'missing') {
        stack.missing(name, result.reason)
      } else {
        stack.found(server, result)
        void stack.start(name)
      }
    } catch (error) {
      if (signal.aborted) return
      if (!(error instanceof ServerBuildError)) throw error
      stack.missing(name, error.message)
    } finally {
      onProgress(name, undefined)
    }
  }
}
