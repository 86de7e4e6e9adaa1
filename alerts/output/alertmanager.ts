import { intervals } from '../../catalogue/intervals.ts'
import type { Alert } from '../alert.ts'
import { distinguishing, groupBy, labels, type Receiver } from '../conventions.ts'
import { outlasting, suspected, symptomsOf } from '../silencers.ts'
import { ofFirst, pagerDutyDetails, slackColour, slackText, title } from './messages.ts'
import { yamlFile } from './yaml.ts'

/** What only the owner knows stands in files beside the configuration; Alertmanager reads them at each notification. */
const secret = (name: string): string => `secrets/${name}`

/** Slack's addresses are secrets: who knows one can write into its channel. */
const slack = (address: string) => ({
  send_resolved: true,
  api_url_file: secret(address),
  title,
  title_link: ofFirst('.Annotations.runbook_url'),
  text: slackText,
  fallback: title,
  color: slackColour,
})

const integrations = {
  page: {
    pagerduty_configs: [
      {
        send_resolved: true,
        routing_key_file: secret('pagerduty-routing-key'),
        description: title,
        severity: ofFirst('.Labels.severity'),
        source: ofFirst('.Labels.subject'),
        class: ofFirst('.Labels.alertname'),
        client: 'CRM alerts',
        client_url: ofFirst('.Annotations.runbook_url'),
        links: [
          { text: 'Runbook', href: ofFirst('.Annotations.runbook_url') },
          { text: 'Dashboard', href: ofFirst('.Annotations.dashboard_url') },
        ],
        details: pagerDutyDetails,
      },
    ],
    slack_configs: [slack('slack-incidents')],
  },
  slack: { slack_configs: [slack('slack')] },
  webhook: {
    webhook_configs: [
      { send_resolved: true, url_file: secret('webhook') },
      // The CRM itself, which shows them beside its live alerts.
      {
        send_resolved: true,
        url_file: secret('crm-alerts'),
        http_config: { authorization: { type: 'Bearer', credentials_file: secret('crm-alerts-token') } },
      },
    ],
  },
  heartbeat: {},
  nobody: {},
} as const satisfies Record<Receiver, object>

/** An alert names its receivers in one label, joined by commas; each of them has a route, and each route lets the next one look too. */
const routeTo = (receiver: Receiver) => ({
  receiver,
  matchers: [`${labels.receivers}=~"(.+,)?${receiver}(,.+)?"`],
  continue: true,
})

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
      // No secret, and the one address that Alertmanager does not read from a file. The sandbox's launcher puts its own here.
      pagerduty_url: 'https://events.pagerduty.com/v2/enqueue',
    },
    route: {
      // What no route takes must still reach somebody.
      receiver: 'slack',
      group_by: [...groupBy],
      group_wait: intervals.groupWait,
      group_interval: intervals.groupInterval,
      repeat_interval: intervals.repeatInterval,
      routes: (Object.keys(integrations) as Receiver[]).map(routeTo),
    },
    inhibit_rules: [...causesOverSymptoms(alerts), criticalOverWarning],
    receivers: Object.entries(integrations).map(([name, configs]) => ({ name, ...configs })),
  }),
})
