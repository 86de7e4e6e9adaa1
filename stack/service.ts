import type { Place } from './place.ts'
import { type ServiceName, urlOf } from './ports.ts'
import type { ServerName } from './servers/servers.ts'

/** What one running stack knows when it starts a service. */
export interface Stack {
  readonly place: Place
  /** Whether the service takes part in this stack. */
  readonly has: (name: ServiceName) => boolean
  /** Absolute path of a server's binary. */
  readonly binary: (server: ServerName, name: string) => string
  /** The environment of the person who started the stack. */
  readonly env: NodeJS.ProcessEnv
}

export interface Command {
  readonly file: string
  readonly args: readonly string[]
  /** Added to the environment of the person who started the stack. */
  readonly env: Readonly<Record<string, string>>
  /** Absolute; without it the checkout. */
  readonly cwd?: string
}

/** A program of this repository. */
export const node = (args: readonly string[], env: Record<string, string>): Command => ({
  file: process.execPath,
  args,
  env,
})

/** How to tell that a service is ready: an address that answers 200, or a line in its output. */
export type Ready = { readonly url: string } | { readonly line: RegExp }

export interface Link {
  readonly label: string
  readonly url: string
}

/** One service of the stack. */
export interface Service {
  readonly title: string
  /** What it is for, in a line. */
  readonly purpose: string
  /** `node`: a process of this repository; `server`: a binary of `stack/servers`; `embedded`: comes from npm. */
  readonly kind: 'node' | 'server' | 'embedded'
  readonly server?: ServerName
  readonly command: (stack: Stack) => Command
  readonly ready?: (stack: Stack) => Ready
  /** Seconds until it must be ready. */
  readonly readyWithin: number
  /** Starts when each of these is ready, or cannot be had here. */
  readonly after: readonly ServiceName[]
  /** Services with the same number stop together, lower numbers first; after `seconds` it is killed. All numbers
   *  together take less than the 10 s in which everything must be gone. */
  readonly stop: { readonly stage: 1 | 2 | 3 | 4; readonly seconds: number }
  /** Scraped by Prometheus itself under this job name, on this port. Our own processes are scraped by the collector. */
  readonly scrape?: { readonly job: string; readonly port: string }
  /** Its name in docker-compose.yml, where it is another. */
  readonly compose?: string
  readonly links?: (stack: Stack) => readonly Link[]
}

/** Where the console is: at Grafana's place, or beside it. */
export const consoleUrl = ({ place, has }: Pick<Stack, 'place' | 'has'>): string =>
  urlOf(place, 'console', has('grafana') ? 'besideGrafana' : 'http')

/** Where `/d/<uid>` shows a dashboard. */
export const dashboardUrl = (stack: Pick<Stack, 'place' | 'has'>): string =>
  stack.has('grafana') ? urlOf(stack.place, 'grafana') : consoleUrl(stack)
