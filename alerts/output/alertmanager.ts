import { intervals } from '../../catalogue/intervals.ts'
import type { Alert } from '../alert.ts'
import { businessHours, distinguishing, fallbackTeam, groupBy, labels, type Team } from '../conventions.ts'
import { outlasting, suspected, symptomsOf } from '../silencers.ts'
import { pagerDutyDetails, use } from './messages.ts'
import { receiverOf, routes, teamNames } from './routes.ts'
import { yamlFile } from './yaml.ts'

/**
 * What only the owner knows stands in files beside the configuration; Alertmanager reads them at each notification. The
 * launcher fills `secrets/slack-crm-url` from `ALERT_SLACK_CRM_URL`, and so on, or with an address of the sandbox.
 */
const secret = (name: string): string => `secrets/${name}`

/** Slack's addresses are secrets: who knows one can write into its channel. */
const slack = (channel: string) => ({
  send_resolved: true,
  api_url_file: secret(`slack-${channel}-url`),
  // Slack ignores it; whoever reads the channel by a program can tell which messages belong together.
  callback_id: use('subject'),
  title: use('title'),
  title_link: use('runbook'),
  text: use('slack.text'),
  fallback: use('title'),
  color: use('slack.colour'),
})

const pagerDuty = (team: Team) => ({
  send_resolved: true,
  routing_key_file: secret(`pagerduty-${team}-key`),
  description: use('title'),
  severity: use('severity'),
  source: use('subject'),
  class: use('alertname'),
  component: use('team'),
  client: 'CRM alerts',
  client_url: use('runbook'),
  links: [
    { text: 'Runbook', href: use('runbook') },
    { text: 'Dashboard', href: use('dashboard') },
    { text: 'Silence', href: use('silence') },
  ],
  details: pagerDutyDetails,
})

const email = (team: Team) => ({
  send_resolved: true,
  to: `oncall-${team}@crm.example`,
  headers: { Subject: use('title') },
  text: use('email.text'),
  html: use('email.html'),
  // A mail program shows the messages of one group as one conversation.
  threading: { enabled: true, thread_by_date: 'none' },
})

const receivers = [
  ...teamNames.map((team) => ({
    name: receiverOf('page', team),
    pagerduty_configs: [pagerDuty(team)],
    email_configs: [email(team)],
    slack_configs: [slack('incidents')],
  })),
  ...teamNames.map((team) => ({ name: receiverOf('slack', team), slack_configs: [slack(team)] })),
  {
    name: 'webhook',
    webhook_configs: [
      { send_resolved: true, url_file: secret('webhook-url') },
      // The CRM itself, which shows them beside its live alerts.
      {
        send_resolved: true,
        url_file: secret('crm-alerts'),
        http_config: { authorization: { type: 'Bearer', credentials_file: secret('crm-alerts-token') } },
      },
    ],
  },
  // That it is resolved means that Prometheus no longer sends it: the watcher need not wait.
  { name: 'heartbeat', webhook_configs: [{ send_resolved: true, url_file: secret('heartbeat-url') }] },
  { name: 'nobody' },
]

/** While a cause fires, is about to, or has just ended, what follows from it is not told. */
const causesOverSymptoms = (alerts: readonly Alert[]) =>
  alerts.flatMap((cause) =>
    [...symptomsOf(cause, alerts)].map(([lingers, symptoms]) => ({
      source_matchers: [oneOf([cause.name, suspected(cause), ...(lingers ? [outlasting(cause, lingers)] : [])])],
      target_matchers: [oneOf(symptoms.map(({ name }) => name))],
    })),
  )

const oneOf = (names: readonly string[]): string =>
  names.length === 1 ? `alertname="${names[0]}"` : `alertname=~"${names.join('|')}"`

/** Also a page over the ticket of the same objective. A label that both lack counts as equal, so `subject` must be on each. */
const criticalOverWarning = {
  source_matchers: [`${labels.severity}="critical"`],
  target_matchers: [`${labels.severity}="warning"`],
  equal: [labels.subject, ...distinguishing],
}

/** Alertmanager's whole configuration. */
export const alertmanagerYaml = (alerts: readonly Alert[]): Record<string, string> => ({
  'alertmanager.yaml': yamlFile({
    global: {
      resolve_timeout: '5m',
      // No secrets, and what Alertmanager reads from no file. The sandbox's launcher puts its own here.
      pagerduty_url: 'https://events.pagerduty.com/v2/enqueue',
      smtp_smarthost: 'smtp.crm.example:587',
      smtp_from: 'CRM alerts <alerts@crm.example>',
      smtp_auth_username: 'alerts@crm.example',
      smtp_auth_password_file: secret('smtp-password'),
      smtp_require_tls: true,
    },
    templates: ['messages.tmpl'],
    time_intervals: [
      {
        name: businessHours.name,
        time_intervals: [
          {
            weekdays: [businessHours.weekdays],
            times: [{ start_time: businessHours.from, end_time: businessHours.to }],
            location: businessHours.location,
          },
        ],
      },
    ],
    route: {
      // What no route takes must still reach somebody.
      receiver: receiverOf('slack', fallbackTeam),
      group_by: [...groupBy],
      group_wait: intervals.groupWait,
      group_interval: intervals.groupInterval,
      repeat_interval: intervals.repeatInterval,
      routes,
    },
    inhibit_rules: [...causesOverSymptoms(alerts), criticalOverWarning],
    receivers,
  }),
})
