import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseDocument } from 'yaml'
import { root } from '../place.ts'
import { address, serviceNames, urlOf } from '../ports.ts'
import type { Stack } from '../service.ts'
import { services } from '../services.ts'

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

/** Alertmanager's file with the sandbox in place of the outside world, and beside it the secrets that it names. */
function renderAlertmanager(stack: Stack): void {
  const source = join(root, 'alerts', 'generated', 'alertmanager.yaml')
  const folder = join(stack.place.run, 'alertmanager')
  mkdirSync(folder, { recursive: true })
  // Alertmanager itself then says what it misses.
  if (!existsSync(source)) return
  const sandbox = urlOf(stack.place, 'sandbox')
  const addresses = {
    sandbox,
    crm: urlOf(stack.place, 'api'),
    crmToken: stack.env.ALERTMANAGER_WEBHOOK_TOKEN || developmentToken,
  }
  const configuration = readFileSync(source, 'utf8')
  writeFileSync(join(folder, 'alertmanager.yaml'), intoSandbox(configuration, sandbox))
  for (const secret of secretsNamed(configuration)) {
    const file = join(folder, 'secrets', secret)
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    writeFileSync(file, secretFor(addresses, secret), { mode: 0o600 })
  }
}

/** The one address of the outside world that Alertmanager reads from no file of its own is PagerDuty's. */
export function intoSandbox(configuration: string, sandbox: string): string {
  const document = parseDocument(configuration)
  document.setIn(['global', 'pagerduty_url'], `${sandbox}/inbox/pagerduty`)
  return document.toString()
}

/** The names in `…_file: secrets/<name>`, each once. */
export function secretsNamed(configuration: string): string[] {
  return [...new Set([...configuration.matchAll(/_file: ["']?secrets\/([\w.-]+)/g)].map(([, name]) => name ?? ''))]
}

/** By which the CRM knows Alertmanager when nobody has set another (app/config.ts). */
const developmentToken = 'development-alertmanager-token'

export interface SecretAddresses {
  readonly sandbox: string
  readonly crm: string
  readonly crmToken: string
}

/** An address ends in the sandbox's inbox under the secret's own name, but for the CRM's own; what is no address is a fixed word there. */
export const secretFor = ({ sandbox, crm, crmToken }: SecretAddresses, name: string): string => {
  if (name === 'crm-alerts') return `${crm}/api/webhooks/alertmanager`
  if (name === 'crm-alerts-token') return crmToken
  return /url|webhook|slack|address/.test(name) ? `${sandbox}/inbox/${name}` : 'local'
}

/** In one step, since Prometheus watches the folder. */
function writeJson(file: string, value: unknown): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(value, null, 2)}\n`)
  renameSync(`${file}.new`, file)
}
