import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { intervals, seconds } from '../../catalogue/intervals.ts'

const root = resolve(import.meta.dirname, '../..')
const read = async (file: string) => parse(await readFile(join(root, file), 'utf8'), { merge: true })

it('the catalogue says 5 s for scrapes and rules that page, 60 s for slow rules, 35 d of retention', () => {
  expect(intervals).toMatchObject({
    scrape: '5s',
    pageRules: '5s',
    slowRules: '60s',
    groupWait: '5s',
    groupInterval: '30s',
    retention: '35d',
  })
})

it('prometheus.yml says the same', async () => {
  const prometheus = await read('prometheus.yml')
  expect(prometheus.global).toMatchObject({
    scrape_interval: intervals.scrape,
    evaluation_interval: intervals.slowRules,
  })
  expect(prometheus.storage.tsdb.retention.time).toBe(intervals.retention)
})

it('otel-collector.yaml scrapes as often, and flushes span metrics as often', async () => {
  const collector = await read('otel-collector.yaml')
  expect(collector.receivers.prometheus.config.global.scrape_interval).toBe(intervals.scrape)
  expect(collector.connectors.span_metrics.metrics_flush_interval).toBe(intervals.scrape)
  expect(collector.connectors['span_metrics/kept'].metrics_flush_interval).toBe(intervals.scrape)
})

it('Loki and Tempo keep what they hold as long as Prometheus', async () => {
  const loki = await read('stack/servers/loki/loki.yaml')
  const tempo = await read('stack/servers/tempo/tempo.yaml')
  const kept = [loki.limits_config.retention_period, tempo.overrides.defaults.compaction.block_retention]
  expect(kept.map(seconds)).toEqual([seconds(intervals.retention), seconds(intervals.retention)])
})

it('Alertmanager waits, groups and repeats as the catalogue says', async () => {
  const { route } = await read('alerts/generated/alertmanager.yaml')
  expect(route).toMatchObject({
    group_wait: intervals.groupWait,
    group_interval: intervals.groupInterval,
    repeat_interval: intervals.repeatInterval,
  })
})
