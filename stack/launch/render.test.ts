import { expect, test } from 'vitest'
import type { ServiceName } from '../ports.ts'
import { intoSandbox, scrapeTargets, secretFor, secretsNamed } from './render.ts'

test('what Prometheus scrapes itself, and only what is there', () => {
  const has = (name: ServiceName) => name !== 'tempo'
  const place = { offset: 100, data: '/data', run: '/data/run' }
  expect(scrapeTargets({ place, has })).toEqual([
    { targets: ['127.0.0.1:8988'], labels: { job: 'otel-collector', service: 'otel-collector' } },
    { targets: ['127.0.0.1:9190'], labels: { job: 'prometheus', service: 'prometheus' } },
    { targets: ['127.0.0.1:9193'], labels: { job: 'alertmanager', service: 'alertmanager' } },
    { targets: ['127.0.0.1:9200'], labels: { job: 'node', service: 'node' } },
    { targets: ['127.0.0.1:3200'], labels: { job: 'loki', service: 'loki' } },
  ])
})

test('secrets that Alertmanager’s file names, each once', () => {
  const file =
    'a: { api_url_file: secrets/slack-url }\nb:\n  routing_key_file: "secrets/key"\n  url_file: secrets/slack-url'
  expect(secretsNamed(file)).toEqual(['slack-url', 'key'])
})

test('alerts end in the sandbox’s inbox, and in the CRM with the token that it knows', () => {
  const addresses = { sandbox: 'http://127.0.0.1:4000', crm: 'http://127.0.0.1:3000', crmToken: 'known' }
  expect(
    ['webhook', 'slack', 'pagerduty-routing-key', 'crm-alerts', 'crm-alerts-token'].map((name) =>
      secretFor(addresses, name),
    ),
  ).toEqual([
    'http://127.0.0.1:4000/inbox/webhook',
    'http://127.0.0.1:4000/inbox/slack',
    'local',
    'http://127.0.0.1:3000/api/webhooks/alertmanager',
    'known',
  ])
})

test('Alertmanager pages the sandbox, and nobody outside', () => {
  const file = 'global:\n  pagerduty_url: https://events.pagerduty.com/v2/enqueue\nroute: { receiver: a } # kept\n'
  expect(intoSandbox(file, 'http://127.0.0.1:4000')).toBe(
    'global:\n  pagerduty_url: http://127.0.0.1:4000/inbox/pagerduty\nroute: { receiver: a } # kept\n',
  )
})
