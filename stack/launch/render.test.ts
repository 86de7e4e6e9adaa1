import { expect, test } from 'vitest'
import type { ServiceName } from '../ports.ts'
import { scrapeTargets } from './render.ts'

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
