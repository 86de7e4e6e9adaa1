import { join } from 'node:path'
import type { Place } from '../place.ts'
import { type ServiceName, serviceNames } from '../ports.ts'
import type { ServerName } from '../servers/servers.ts'
import type { Stack } from '../service.ts'
import { services } from '../services.ts'
import { boundLog } from './log-file.ts'
import { runVariable } from './orphans.ts'
import { memoryOf } from './processes.ts'
import type { ServiceState, ServiceStatus } from './state.ts'
import { type Change, Supervised } from './supervised.ts'

/** Binaries of a server, and what version they are. */
export interface Binaries {
  readonly version: string
  readonly binaries: Readonly<Record<string, string>>
}

export interface StackOptions {
  readonly place: Place
  readonly env: NodeJS.ProcessEnv
  /** The services that take part. */
  readonly names: readonly ServiceName[]
  /** Those that cannot, with the reason for people. */
  readonly absent?: ReadonlyMap<ServiceName, string>
  /** Told after each change, with the last lines of its output where a process crashed. */
  readonly onChange: (status: ServiceStatus, output: readonly string[]) => void
}

/** In these a service will come no further by itself. */
const settled: readonly ServiceState[] = ['ready', 'unready', 'failed', 'missing', 'stopped']
/** Whoever waits for a service in one of these goes on without it. */
const passable: readonly ServiceState[] = ['ready', 'unready', 'failed', 'missing']

/** The services of one stack: what state each is in, and how they start and stop in order. */
export class RunningStack implements Stack {
  readonly place: Place
  readonly env: NodeJS.ProcessEnv
  readonly #options: StackOptions
  readonly #servers = new Map<ServerName, Binaries>()
  readonly #statuses = new Map<ServiceName, ServiceStatus>()
  readonly #supervised = new Map<ServiceName, Supervised>()
  #waiters: (() => void)[] = []
  #stopping = false

  constructor(options: StackOptions) {
    this.#options = options
    this.place = options.place
    this.env = { ...options.env, [runVariable]: options.place.run }
    for (const name of options.names) this.#statuses.set(name, this.#statusOf(name, 'waiting', ''))
    for (const [name, reason] of options.absent ?? []) this.#statuses.set(name, this.#statusOf(name, 'missing', reason))
  }

  // Two functions that the table takes out of the stack: they need no `this`.
  readonly has = (name: ServiceName): boolean => this.#options.names.includes(name)

  readonly binary = (server: ServerName, name: string): string => {
    const path = this.#servers.get(server)?.binaries[name]
    if (!path) throw new Error(`there is no ${name}`)
    return path
  }

  /** In the order of the table. */
  statuses(): ServiceStatus[] {
    return serviceNames.flatMap((name) => this.#statuses.get(name) ?? [])
  }

  status(name: ServiceName): ServiceStatus | undefined {
    return this.#statuses.get(name)
  }

  /** Resident bytes by service. */
  memory(): Map<ServiceName, number> {
    const pids = this.statuses().flatMap(({ name, process }) => (process ? [[name, process.pid] as const] : []))
    const sizes = memoryOf(pids.map(([, pid]) => pid))
    return new Map(pids.flatMap(([name, pid]) => (sizes.has(pid) ? [[name, sizes.get(pid) ?? 0]] : [])))
  }

  logFile(name: ServiceName): string {
    return join(this.place.run, 'logs', `${name}.log`)
  }

  /** A server's binary is being made. */
  building(name: ServiceName, detail: string): void {
    if (this.status(name)?.detail !== detail) this.#set(name, 'building', detail, [])
  }

  /** A server cannot be had here. */
  missing(name: ServiceName, reason: string): void {
    this.#set(name, 'missing', reason, [])
  }

  /** Notes a server's binaries; its service may then start. */
  found(server: ServerName, binaries: Binaries): void {
    this.#servers.set(server, binaries)
  }

  /** Starts a service as soon as all that it comes after are ready or cannot be had. */
  async start(name: ServiceName): Promise<void> {
    const { after } = services[name]
    const pending = () => after.filter((each) => this.has(each) && !passable.includes(this.#stateOf(each)))
    while (pending().length > 0 && !this.#stopping) {
      const detail = `for ${pending().join(', ')}`
      if (this.status(name)?.detail !== detail) this.#set(name, 'waiting', detail, [])
      await this.#change()
    }
    if (!this.#stopping) this.#supervisorOf(name).start()
  }

  /** Starts again what was stopped by hand or has failed. */
  restart(name: ServiceName): void {
    if (!this.#stopping) this.#supervisorOf(name).start()
  }

  /** Stops one service; it stays stopped until `restart`. */
  async stop(name: ServiceName): Promise<boolean> {
    return (await this.#supervised.get(name)?.stop(services[name].stop.seconds * 1_000)) ?? true
  }

  /** Resolves when the service has reached one of the states. */
  async until(name: ServiceName, states: readonly ServiceState[], signal?: AbortSignal): Promise<void> {
    while (!states.includes(this.#stateOf(name)) && !signal?.aborted && !this.#stopping) await this.#change()
  }

  /** Resolves when every service is ready, or will not be. */
  async untilSettled(): Promise<void> {
    while (!this.#stopping && this.statuses().some(({ state }) => !settled.includes(state))) await this.#change()
  }

  /** Stops all, stage after stage. @returns the names of those that had to be killed */
  async stopAll(): Promise<ServiceName[]> {
    this.#stopping = true
    this.#wake()
    const killed: ServiceName[] = []
    for (const stage of [1, 2, 3, 4]) {
      const names = [...this.#supervised.keys()].filter((name) => services[name].stop.stage === stage)
      await Promise.all(names.map(async (name) => (await this.stop(name)) || killed.push(name)))
    }
    return killed
  }

  /** Kills all at once. */
  killAll(): void {
    this.#stopping = true
    for (const supervised of this.#supervised.values()) supervised.kill()
  }

  boundLogs(): void {
    for (const name of this.#supervised.keys()) boundLog(this.logFile(name))
  }

  #stateOf(name: ServiceName): ServiceState {
    return this.#statuses.get(name)?.state ?? 'missing'
  }

  #supervisorOf(name: ServiceName): Supervised {
    const existing = this.#supervised.get(name)
    if (existing) return existing
    const service = services[name]
    const supervised: Supervised = new Supervised({
      name,
      command: () => service.command(this),
      env: this.env,
      ready: service.ready?.(this),
      readyWithinMs: service.readyWithin * 1_000,
      logFile: this.logFile(name),
      onChange: ({ state, detail, output }: Change) => this.#set(name, state, detail, output),
    })
    this.#supervised.set(name, supervised)
    return supervised
  }

  #set(name: ServiceName, state: ServiceState, detail: string, output: readonly string[]): void {
    const status = this.#statusOf(name, state, detail)
    this.#statuses.set(name, status)
    this.#options.onChange(status, output)
    this.#wake()
  }

  #statusOf(name: ServiceName, state: ServiceState, detail: string): ServiceStatus {
    const { server } = services[name]
    return {
      name,
      state,
      since: new Date().toISOString(),
      detail,
      version: (server && this.#servers.get(server)?.version) ?? '',
      process: this.#supervised.get(name)?.id ?? null,
    }
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#waiters.push(resolve))
  }

  #wake(): void {
    const waiters = this.#waiters
    this.#waiters = []
    for (const wake of waiters) wake()
  }
}
