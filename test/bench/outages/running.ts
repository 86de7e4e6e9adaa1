import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { controlSocket } from '../../../stack/launch/control-server.ts'
import { readState } from '../../../stack/launch/state.ts'
import { signIn } from '../../../stack/load/sign-in.ts'
import { type Place, root } from '../../../stack/place.ts'
import { type ServiceName, urlOf } from '../../../stack/ports.ts'
import { Launcher } from '../../e2e/launcher.ts'
import { Witness } from './acknowledged.ts'
import { askPatiently, patiently } from './patient.ts'

const lateMs = 5 * 60_000

/** Longer than a batch is gathered. */
const calmMs = 2_000

/** What the inbox keeps of one delivered notification. */
export interface Delivery {
  readonly receivedAt: string
  readonly via: string
  readonly alerts: readonly { readonly status: string; readonly labels: Readonly<Record<string, string>> }[]
}

/** A stack of its own as `npm start` runs it, whose processes reach their collector through a witness. */
export class OutageStack {
  readonly place: Place
  readonly witness: Witness
  readonly #launcher: Launcher

  private constructor(place: Place, witness: Witness, launcher: Launcher) {
    this.place = place
    this.witness = witness
    this.#launcher = launcher
  }

  /** @param env on top of this process' own */
  static async start(place: Place, env: NodeJS.ProcessEnv = {}): Promise<OutageStack> {
    const witness = new Witness(urlOf(place, 'otelcol', 'otlp-http'))
    const endpoint = await witness.start()
    // As in production: at debug each query is a line.
    const own = { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, LOG_LEVEL: 'info', ...env }
    const launcher = new Launcher(place, ['--no-load'], own)
    const stack = new OutageStack(place, witness, launcher)
    try {
      await launcher.says(/Everything that can run here is up/, 30 * 60_000)
    } catch (error) {
      await stack.end()
      throw error
    }
    return stack
  }

  url(name: ServiceName, port?: string): string {
    return urlOf(this.place, name, port)
  }

  /** The cookie of a session. */
  async signIn(): Promise<string> {
    const once = () => signIn(this.url('api'), 'anna@crm.example', (url, init) => fetch(url, init))
    const cookies = await patiently(once)
    return cookies.header
  }

  #pid(name: ServiceName): number {
    const pid = readState(this.place.run)?.services.find((one) => one.name === name)?.process?.pid
    if (pid === undefined) throw new Error(`${name} does not run`)
    return pid
  }

  signal(name: ServiceName, signal: NodeJS.Signals): void {
    process.kill(this.#pid(name), signal)
  }

  /** `kill -9`, and it stays away: the launcher is told so before it would start it again. */
  async kill(name: ServiceName): Promise<void> {
    this.signal(name, 'SIGKILL')
    await this.#control(name, 'stop')
  }

  async start(name: ServiceName): Promise<void> {
    await this.#control(name, 'start', 500)
    // On a busy machine it may be late, which the launcher tells as a failure.
    const deadline = Date.now() + lateMs
    const state = () => readState(this.place.run)?.services.find((one) => one.name === name)?.state
    while (state() !== 'ready') {
      if (Date.now() > deadline) throw new Error(`${name} is ${state()} ${lateMs} ms after its start`)
      await sleep(200)
    }
  }

  async stop(name: ServiceName): Promise<void> {
    await this.#control(name, 'stop')
  }

  async #control(name: ServiceName, action: 'start' | 'stop', alsoFine = 200): Promise<void> {
    const status = await new Promise<number>((resolve, reject) => {
      const socketPath = controlSocket(this.place.run)
      const asked = request({ socketPath, path: `/services/${name}/${action}`, method: 'POST' }, (response) => {
        response.resume()
        response.once('end', () => resolve(response.statusCode ?? 0))
      })
      asked.once('error', reject)
      asked.end()
    })
    if (status !== 200 && status !== alsoFine) throw new Error(`${action} ${name} answered ${status}`)
  }

  /** Prometheus' rules are a link into the checkout: it gets a copy of its own, changed, and reads it. */
  changeRules(change: (yaml: string) => string): void {
    const alerts = join(this.place.run, 'prometheus', 'alerts')
    rmSync(alerts)
    cpSync(join(root, 'alerts', 'generated'), join(alerts, 'generated'), { recursive: true })
    const folder = join(alerts, 'generated', 'rules')
    for (const file of readdirSync(folder))
      writeFileSync(join(folder, file), change(readFileSync(join(folder, file), 'utf8')))
    this.signal('prometheus', 'SIGHUP')
  }

  /** Newest first. */
  async deliveries(): Promise<readonly Delivery[]> {
    const response = await askPatiently(`${this.url('sandbox')}/inbox.json`)
    return (await response.json()) as readonly Delivery[]
  }

  /** What waits before the backends, in the queues' own measure; undefined while the collector does not answer. */
  async queued(): Promise<number | undefined> {
    const text = await fetch(`${this.url('otelcol', 'metrics')}/metrics`, { signal: AbortSignal.timeout(4_000) })
      .then((response) => response.text())
      .catch(() => undefined)
    if (text === undefined) return undefined
    const sizes = [...text.matchAll(/^otelcol_exporter_queue_size\{.*\} (\S+)$/gm)].map(([, size]) => Number(size))
    return sizes.reduce((sum, size) => sum + size, 0)
  }

  /** A value of a process' own metrics, summed over its series; 0 where there is none. */
  async ownMetric(name: 'api' | 'worker' | 'mcp' | 'otelcol', metric: string, labels = ''): Promise<number> {
    const text = await (await askPatiently(`${this.url(name, 'metrics')}/metrics`)).text()
    const lines = text.matchAll(new RegExp(`^${metric}(?:\\{(.*)\\})? (\\S+)`, 'gm'))
    return [...lines]
      .filter(([, found = '']) => found.includes(labels))
      .reduce((sum, [, , value]) => sum + Number(value), 0)
  }

  /** The most that waits in the queues while all is well: what is being made into batches. Looks for so many seconds. */
  async usuallyQueued(seconds: number): Promise<number> {
    let most = 0
    for (let look = 0; look < seconds * 2; look++) {
      most = Math.max(most, (await this.queued()) ?? 0)
      await sleep(500)
    }
    return most
  }

  /** Waits until no more waits in the queues than usual. @returns how long it took, in milliseconds */
  async drained(usual: number, withinMs: number): Promise<number> {
    const began = Date.now()
    let since = 0
    for (;;) {
      const size = await this.queued()
      if (size === undefined || size > usual) since = Date.now()
      // Between two deliveries there is a moment with little in them.
      else if (Date.now() - since > calmMs) return since === 0 ? 0 : since - began
      if (Date.now() - began > withinMs) throw new Error(`after ${withinMs} ms ${size} bytes still wait in the queues`)
      await sleep(200)
    }
  }

  async end(): Promise<void> {
    await this.#launcher.stop('SIGINT')
    await this.witness.stop()
  }
}
