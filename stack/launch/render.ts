import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from '../place.ts'
import { address, serviceNames, urlOf } from '../ports.ts'
import type { Stack } from '../service.ts'
import { services } from '../services.ts'
import { type Delivery, delivering, secretFor, secretsNamed } from './alert-delivery.ts'

/**
 * Writes the servers' configuration with this stack's addresses into its run folder; the checkout stays untouched.
 * What the servers expand from their environment (collector, Loki, Tempo) is read where it lies.
 */
export function renderConfiguration(stack: Stack): void {
  renderPrometheus(stack)
  renderAlertmanager(stack)
}

function renderPrometheus(stack: Stack): void {
  const folder = join(stack.place.run, 'prometheus')
  mkdirSync(join(folder, 'targets'), { recursive: true })
  cpSync(join(root, 'prometheus.yml'), join(folder, 'prometheus.yml'))
  // rule_files are relative to the file.
  rmSync(join(folder, 'alerts'), { force: true })
  symlinkSync(join(root, 'alerts'), join(folder, 'alerts'))
  writeTargets(stack)
}

/** The servers that Prometheus scrapes itself, and where it sends alerts. It watches both files. */
export function writeTargets(stack: Stack): void {
  const folder = join(stack.place.run, 'prometheus', 'targets')
  writeJson(join(folder, 'servers.json'), scrapeTargets(stack))
  writeJson(
    join(folder, 'alertmanagers.json'),
    stack.has('alertmanager') ? [{ targets: [address(stack.place, 'alertmanager')] }] : [],
  )
}

interface TargetGroup {
  readonly targets: readonly string[]
  readonly labels: { readonly job: string; readonly service: string }
}

/** One group a server of the table that states a job. */
export function scrapeTargets(stack: Pick<Stack, 'place' | 'has'>): TargetGroup[] {
  return serviceNames.flatMap((name) => {
    const { scrape } = services[name]
    if (!scrape || !stack.has(name)) return []
    return { targets: [address(stack.place, name, scrape.port)], labels: { job: scrape.job, service: scrape.job } }
  })
}

/** Alertmanager's files with the sandbox in place of the outside world, and beside them the secrets that they name. */
function renderAlertmanager(stack: Stack): void {
  const source = join(root, 'alerts', 'generated')
  const folder = join(stack.place.run, 'alertmanager')
  mkdirSync(folder, { recursive: true })
  // Alertmanager itself then says what it misses.
  if (!existsSync(join(source, 'alertmanager.yaml'))) return
  const delivery: Delivery = {
    sandbox: urlOf(stack.place, 'sandbox'),
    sandboxSmtp: address(stack.place, 'sandbox', 'alert-smtp'),
    crm: urlOf(stack.place, 'api'),
    crmToken: stack.env.ALERTMANAGER_WEBHOOK_TOKEN || developmentToken,
    env: stack.env,
  }
  const configuration = readFileSync(join(source, 'alertmanager.yaml'), 'utf8')
  writeFileSync(join(folder, 'alertmanager.yaml'), delivering(configuration, delivery))
  cpSync(join(source, 'messages.tmpl'), join(folder, 'messages.tmpl'))
  for (const secret of secretsNamed(configuration)) {
    const file = join(folder, 'secrets', secret)
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    writeFileSync(file, secretFor(delivery, secret), { mode: 0o600 })
  }
}

/** By which the CRM knows Alertmanager when nobody has set another (app/config.ts). */
const developmentToken = 'development-alertmanager-token'

/** In one step, since Prometheus watches the folder. */
function writeJson(file: string, value: unknown): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(value, null, 2)}\n`)
  renameSync(`${file}.new`, file)
}
