import { parseDocument } from 'yaml'

/**
 * Where Alertmanager delivers. It expands no variables: addresses and keys are files beside its configuration, and what it
 * reads from no file is written into a copy. Both launchers, native and compose, make them here.
 */
export interface Delivery {
  /** Stands in for PagerDuty, Slack and whoever listens, unless a variable names a real one. */
  readonly sandbox: string
  /** `host:port` of the sandbox's SMTP server for alerts. */
  readonly sandboxSmtp: string
  readonly crm: string
  readonly crmToken: string
  /** `ALERT_…`: what a person has set. An empty one counts as unset. */
  readonly env: Readonly<Record<string, string | undefined>>
}

/** The names in `…_file: secrets/<name>`, each once. */
export function secretsNamed(configuration: string): string[] {
  return [...new Set([...configuration.matchAll(/_file: ["']?secrets\/([\w.-]+)/g)].map(([, name]) => name ?? ''))]
}

/** `slack-crm-url` → `ALERT_SLACK_CRM_URL` */
const variableOf = (secret: string): string => `ALERT_${secret.toUpperCase().replaceAll('-', '_')}`

/** These two are the stack's own affair. */
const own = ['crm-alerts', 'crm-alerts-token']

/** Teams are written into addresses: `oncall-<team>@…`. */
const person = /^oncall-(\w+)@/

/** Every variable that points a delivery elsewhere. */
export function alertVariables(configuration: string): string[] {
  const people = [...configuration.matchAll(/\bto: oncall-(\w+)@/g)].map(([, team = '']) => emailVariable(team))
  const secrets = secretsNamed(configuration).filter((name) => !own.includes(name))
  const smtp = ['ALERT_SMTP_SMARTHOST', 'ALERT_SMTP_FROM', 'ALERT_SMTP_USERNAME']
  return [...new Set([...secrets.map(variableOf), ...smtp, ...people])].sort()
}

const emailVariable = (team: string): string => `ALERT_EMAIL_${team.toUpperCase()}`

/** What the file of a secret holds: what a person has set, else an address in the sandbox's inbox, or a word that opens nothing. */
export function secretFor({ sandbox, crm, crmToken, env }: Delivery, name: string): string {
  if (name === 'crm-alerts') return `${crm}/api/webhooks/alertmanager`
  if (name === 'crm-alerts-token') return crmToken
  return (
    env[variableOf(name)] || (name.endsWith('-url') ? `${sandbox}/inbox/${name.slice(0, -'-url'.length)}` : 'local')
  )
}

/** Alertmanager's configuration with what it reads from no file: PagerDuty's address, and everything about e-mail. */
export function delivering(configuration: string, { sandbox, sandboxSmtp, env }: Delivery): string {
  const document = parseDocument(configuration)
  const set = (name: string, value: unknown) => document.setIn(['global', name], value)
  const isPaging = Object.entries(env).some(([name, value]) => /^ALERT_PAGERDUTY_\w+_KEY$/.test(name) && value)
  if (!isPaging) set('pagerduty_url', `${sandbox}/inbox/pagerduty`)
  if (env.ALERT_SMTP_SMARTHOST) {
    set('smtp_smarthost', env.ALERT_SMTP_SMARTHOST)
    if (env.ALERT_SMTP_FROM) set('smtp_from', env.ALERT_SMTP_FROM)
    set('smtp_auth_username', env.ALERT_SMTP_USERNAME || '')
  } else {
    set('smtp_smarthost', sandboxSmtp)
    // On one machine, and for nobody's eyes.
    set('smtp_require_tls', false)
  }
  const { receivers = [] } = document.toJS() as { receivers?: { email_configs?: { to: string }[] }[] }
  for (const [index, { email_configs: emails = [] }] of receivers.entries())
    for (const [position, { to }] of emails.entries()) {
      const chosen = env[emailVariable(person.exec(to)?.[1] ?? '')]
      if (chosen) document.setIn(['receivers', index, 'email_configs', position, 'to'], chosen)
    }
  return document.toString()
}
