import { expect, it } from 'vitest'
import { fittingBucketUnits, fittingUnits, seriesAtMost } from './unit-of.ts'

it.each([
  ['sum(rate(http_requests_total[1m]))', ['ops', 'reqps']],
  ['sum(rate(job_failures_total[1m]))', ['ops']],
  ['sum(rate(leads_created_total[1m])) * 60', ['cpm']],
  ['sum(increase(leads_created_total[1h]))', ['short']],
  ['max by (queue_name) (queue_depth)', ['short']],
  ['histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket[1m])))', ['s']],
  ['histogram_quantile(0.95, sum by (le) (rate(sync_latency_ms_bucket[1m])))', ['ms']],
  ['sum(rate(database_query_duration_seconds_sum[1m])) / sum(rate(http_request_duration_seconds_count[1m]))', ['s']],
  ['sum(rate(database_query_duration_seconds_sum[1m]))', ['percentunit', 'short', 'bool_yes_no']],
  [
    'sum(rate(job_failures_total[1m])) / (sum(rate(http_requests_total[1m])) > 0)',
    ['percentunit', 'short', 'bool_yes_no'],
  ],
  ['1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes', ['percentunit', 'short', 'bool_yes_no']],
  ['sum(rate(node_network_receive_bytes_total[1m]))', ['Bps']],
  ['v8js_memory_heap_used_bytes', ['bytes']],
  ['time() - max(backup_last_success_timestamp_seconds)', ['s']],
  ['max(disk_free_percent)', ['percent']],
  ['sum(slo:bad_events:rate1h{slo="x"})', ['ops', 'reqps']],
  ['topk(3, count by (job) (up))', ['short']],
])('%s is shown in %j', (promql, units) => {
  expect(fittingUnits(promql)).toEqual(units)
})

it('a series that nobody emits, and a sum of two units, are refused', () => {
  expect(() => fittingUnits('sum(tea_total)')).toThrow('tea_total is not in the catalogue')
  expect(() => fittingUnits('queue_depth + queue_oldest_job_age_seconds')).toThrow('adds 1 and s')
})

it('a heatmap has the unit of the bounds', () => {
  expect(fittingBucketUnits('sum by (le) (rate(sync_latency_ms_bucket[1m]))')).toEqual(['ms'])
})

it('a legend names as many series as its labels have values', () => {
  expect(seriesAtMost('rate(http_requests_total{job="a"}[1m])', '{{endpoint}}')).toBe(200)
  expect(seriesAtMost('rate(job_processing_duration_seconds_count[1m])', '{{job_type}} {{status}}')).toBe(28)
  expect(seriesAtMost('rate(crm_events_total{event_type=~"a|b|c"}[1m])', '{{event_type}}')).toBe(3)
  expect(seriesAtMost('rate(crm_events_total{event_type=~"a.+"}[1m])', '{{event_type}}')).toBe(50)
  expect(seriesAtMost('up{job="a"}', '{{job}} {{instance}}')).toBe(1)
})
