import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { readState } from '../../../stack/launch/state.ts'
import { signIn } from '../../../stack/load/sign-in.ts'
import { type Place, root } from '../../../stack/place.ts'
import { type ServiceName, urlOf } from '../../../stack/ports.ts'
import { Launcher, runScript } from '../../e2e/launcher.ts'
import { withShortWindows } from './short-windows.ts'

/** What the inbox keeps of one delivered notification. */
export interface Delivery {
  readonly receivedAt: string
  readonly receiver: string
  readonly via: string
  readonly alerts: readonly { readonly status: string; readonly labels: Readonly<Record<string, string>> }[]
}

interface RuleAnswer {
  readonly data: {
    readonly groups: readonly {
      readonly rules: readonly { readonly name: string; readonly alerts?: readonly { readonly activeAt: string }[] }[]
    }[]
  }
}

/** Objectives whose windows are shortened: an hour would be too long to wait for. */
const shortened = ['slo-api-availability', 'slo-email-delivery']

const json = async <T>(url: string, init: RequestInit = {}): Promise<T> => {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(10_000) })
  if (!response.ok)
    throw new Error(`${init.method ?? 'GET'} ${url} answered ${response.status}: ${await response.text()}`)
  return (await response.json()) as T
}

/** A stack of its own, and what can be done to it. */
export class Bench {
  readonly #place: Place
  readonly #launcher: Launcher
  /** Traffic that was added, by the provider that it is about. */
  readonly #traffic = new Map<string, NodeJS.Timeout>()

  constructor(place: Place) {
    this.#place = place
    this.#launcher = new Launcher(place)
  }

  get #sandbox(): string {
    return urlOf(this.#place, 'sandbox')
  }

  /** Waits until everything runs, and gives the slow objectives their short windows. */
  async ready(): Promise<void> {
    await this.#launcher.says(/Everything that can run here is up/, 900_000)
    this.#shortenWindows()
  }

  /** Prometheus' rules are a link into the checkout: it gets a copy of its own, and is told to read it. */
  #shortenWindows(): void {
    const alerts = join(this.#place.run, 'prometheus', 'alerts')
    rmSync(alerts)
    cpSync(join(root, 'alerts'), alerts, { recursive: true })
    for (const name of shortened) {
      const file = join(alerts, 'generated', 'rules', `${name}.yaml`)
      writeFileSync(file, withShortWindows(readFileSync(file, 'utf8')))
    }
    const pid = readState(this.#place.run)?.services.find(({ name }) => name === 'prometheus')?.process?.pid
    if (pid === undefined) throw new Error('Prometheus does not run')
    process.kill(pid, 'SIGHUP')
  }

  async stop(service: ServiceName): Promise<void> {
    await this.#control('stop', service)
  }

  async start(service: ServiceName): Promise<void> {
    await this.#control('start', service)
  }

  async #control(action: 'start' | 'stop', service: ServiceName): Promise<void> {
    const { code, output } = await runScript(this.#place, ['control.ts', action, service])
    if (code !== 0) throw new Error(`${action} ${service}: ${output}`)
  }

  async fault(provider: string, fault: object): Promise<void> {
    await json(`${this.#sandbox}/faults/${provider}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(fault),
    })
  }

  /** Ends a provider's fault, and the traffic that was added for it. */
  async clear(provider: string): Promise<void> {
    clearInterval(this.#traffic.get(provider))
    await json(`${this.#sandbox}/faults/${provider}`, { method: 'DELETE' })
  }

  /** Requests per second through the gateway to Verity, beside the ordinary traffic. */
  askGateway(perSecond: number): void {
    const url = `${urlOf(this.#place, 'api')}/api/verity/contacts?limit=5`
    const headers = { 'x-api-key': 'development-gateway-key' }
    this.#repeat('verity', perSecond, async () => {
      const response = await fetch(url, { headers, signal: AbortSignal.timeout(10_000) })
      await response.body?.cancel()
    })
  }

  /** People per second who sign in, beside the ordinary traffic. */
  signIn(perSecond: number): void {
    const api = urlOf(this.#place, 'api')
    const ask = (url: string, init: RequestInit) => fetch(url, { ...init, signal: AbortSignal.timeout(10_000) })
    this.#repeat('oauth', perSecond, () => signIn(api, 'anna@crm.example', ask))
  }

  /** What fails is what is wanted. */
  #repeat(provider: string, perSecond: number, act: () => Promise<unknown>): void {
    const timer = setInterval(() => act().catch(() => undefined), 1_000 / perSecond)
    this.#traffic.set(provider, timer)
  }

  /** Signed webhooks of one provider over as many contacts. */
  async sendWebhooks(count: number): Promise<void> {
    await json(`${this.#sandbox}/sandbox/webhooks/send`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ source: 'ghl', count, spread: count, wait: false }),
    })
  }

  /** Since when the alert's expression is true, by Prometheus; undefined while it is not, or nobody answers. */
  async activeSince(alert: string): Promise<number | undefined> {
    const answer = await json<RuleAnswer>(`${urlOf(this.#place, 'prometheus')}/api/v1/rules?type=alert`).catch(
      () => undefined,
    )
    const times = (answer?.data.groups ?? [])
      .flatMap(({ rules }) => rules.filter(({ name }) => name === alert))
      .flatMap(({ alerts = [] }) => alerts.map(({ activeAt }) => Date.parse(activeAt)))
    return times.length > 0 ? Math.min(...times) : undefined
  }

  /** Newest first. */
  deliveries(): Promise<readonly Delivery[]> {
    return json(`${this.#sandbox}/inbox.json`)
  }

  /** Waits until none of these alerts fires or waits for its time, at most so long. @returns those that are left */
  async quiet(alerts: readonly string[], withinMs: number): Promise<readonly string[]> {
    const deadline = Date.now() + withinMs
    for (;;) {
      const since = await Promise.all(alerts.map((alert) => this.activeSince(alert)))
      const active = alerts.filter((_, index) => since[index] !== undefined)
      if (active.length === 0 || Date.now() > deadline) return active
      await sleep(5_000)
    }
  }

  async end(): Promise<void> {
    for (const timer of this.#traffic.values()) clearInterval(timer)
    await this.#launcher.stop('SIGINT')
  }
}
