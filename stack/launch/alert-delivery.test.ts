import { describe, expect, test } from 'vitest'
import { type Delivery, delivering, secretFor, secretsNamed } from './alert-delivery.ts'

const local: Delivery = {
  sandbox: 'http://127.0.0.1:4000',
  sandboxSmtp: '127.0.0.1:4026',
  crm: 'http://127.0.0.1:3000',
  crmToken: 'known',
  env: {},
}

test('secrets that Alertmanager’s file names, each once', () => {
  const file =
    'a: { api_url_file: secrets/slack-url }\nb:\n  routing_key_file: "secrets/key"\n  url_file: secrets/slack-url'
  expect(secretsNamed(file)).toEqual(['slack-url', 'key'])
})

describe('without settings', () => {
  test('alerts end in the sandbox’s inbox, and in the CRM with the token that it knows', () => {
    const names = [
      'webhook-url',
      'slack-crm-url',
      'pagerduty-crm-key',
      'smtp-password',
      'crm-alerts',
      'crm-alerts-token',
    ]
    expect(names.map((name) => secretFor(local, name))).toEqual([
      'http://127.0.0.1:4000/inbox/webhook',
      'http://127.0.0.1:4000/inbox/slack-crm',
      'local',
      'local',
      'http://127.0.0.1:3000/api/webhooks/alertmanager',
      'known',
    ])
  })

  test('Alertmanager pages and mails the sandbox, and nobody outside', () => {
    const file = `global:
  pagerduty_url: https://events.pagerduty.com/v2/enqueue
  smtp_smarthost: smtp.crm.example:587
  smtp_require_tls: true
route: { receiver: a } # kept
`
    expect(delivering(file, local)).toBe(`global:
  pagerduty_url: http://127.0.0.1:4000/inbox/pagerduty
  smtp_smarthost: 127.0.0.1:4026
  smtp_require_tls: false
route: { receiver: a } # kept
`)
  })
})

describe('a variable takes the place of the sandbox:', () => {
  test('an address or a key, each by its own name; an empty one does not', () => {
    const env = { ALERT_WEBHOOK_URL: 'https://a.example/hook', ALERT_SLACK_CRM_URL: '', ALERT_PAGERDUTY_CRM_KEY: 'k' }
    expect(
      ['webhook-url', 'slack-crm-url', 'pagerduty-crm-key'].map((name) => secretFor({ ...local, env }, name)),
    ).toEqual(['https://a.example/hook', 'http://127.0.0.1:4000/inbox/slack-crm', 'k'])
  })

  test('PagerDuty itself with a key, a mail server with its user and people', () => {
    const file = `global:
  pagerduty_url: https://events.pagerduty.com/v2/enqueue
  smtp_smarthost: smtp.crm.example:587
  smtp_from: a@crm.example
  smtp_auth_username: a@crm.example
  smtp_require_tls: true
receivers:
  - name: page-crm
    email_configs:
      - to: oncall-crm@crm.example
      - to: others@crm.example
`
    const env = {
      ALERT_PAGERDUTY_CRM_KEY: 'k',
      ALERT_SMTP_SMARTHOST: 'mail.example:587',
      ALERT_SMTP_FROM: 'alerts@mail.example',
      ALERT_EMAIL_CRM: 'anna@mail.example',
    }
    expect(delivering(file, { ...local, env })).toBe(`global:
  pagerduty_url: https://events.pagerduty.com/v2/enqueue
  smtp_smarthost: mail.example:587
  smtp_from: alerts@mail.example
  smtp_auth_username: ""
  smtp_require_tls: true
receivers:
  - name: page-crm
    email_configs:
      - to: anna@mail.example
      - to: others@crm.example
`)
  })
})
