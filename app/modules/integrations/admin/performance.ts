import type { z } from 'zod'
import { adapterTypes, serviceBusQueues } from '../../../../catalogue/metrics/values.ts'
import { add, max, quantile, rate, rateOfCount, rateOfSum, ratio, select, sum } from '../../../../catalogue/promql.ts'
import { PrometheusUnavailable, queryPrometheus } from '../../../adapters/prometheus.ts'
import type { Deps } from '../../../deps.ts'
import { type Filter, narrowed, tenantName } from './filter.ts'
import type { performanceSchema } from './schemas.ts'

type Performance = z.input<typeof performanceSchema>

/** Milliseconds for each of the questions; they are asked at once. */
const limitMs = 2_000
const windowMinutes = 15
const window = `${windowMinutes}m`

/** Integrations that are told of; metrics tell as many apart. */
const most = 100

/** How fast the syncs are, from Prometheus; without it the answer says so. */
export const readPerformance = async (
  { config: { prometheusUrl }, db }: { config: Pick<Deps['config'], 'prometheusUrl'>; db: Deps['db'] },
  filter: Filter,
): Promise<Performance> => {
  const { tenantId, integrationId, provider } = filter
  const whose = {
    ...(tenantId !== undefined && { tenant_id: tenantId }),
    ...(integrationId !== undefined && { integration_id: integrationId }),
  }
  const latency = select('sync_latency_ms', whose)
  const requests = select('adapter_request_duration_seconds', whose)
  const perSecond = (name: 'sync_records_created_total' | 'sync_records_updated_total') =>
    sum(rate(select(name, whose), window), ['integration_id'])
  // Metrics know ids only: what else they are narrowed to, the database knows.
  const isNarrowed = Boolean(filter.q) || filter.status !== undefined || provider !== undefined
  const isWanted = ({ labels }: { labels: { integration_id?: string } }) =>
    !isNarrowed || integrations.some((one) => one.integrationId === labels.integration_id)
  const ask = <L extends string>(vector: Parameters<typeof queryPrometheus<L>>[1]) =>
    queryPrometheus(prometheusUrl, vector, limitMs)
  const integrations = await named(db, filter)
  try {
    const [durations, records, waiting, dead, averages, p95] = await Promise.all([
      ask(
        ratio(
          sum(rateOfSum(latency, window), ['integration_id']),
          sum(rateOfCount(latency, window), ['integration_id']),
        ),
      ),
      ask(add(perSecond('sync_records_created_total'), perSecond('sync_records_updated_total'))),
      ask(max(select('service_bus_queue_depth'), ['queue_name'])),
      ask(max(select('service_bus_dlq_depth'), ['queue_name'])),
      ask(
        ratio(sum(rateOfSum(requests, window), ['adapter_type']), sum(rateOfCount(requests, window), ['adapter_type'])),
      ),
      ask(quantile(0.95, requests, window, ['adapter_type'])),
    ])
    const value = (samples: readonly { value: number }[], index: number) => samples[index]?.value
    const depth = (samples: typeof waiting, queue: string) =>
      Math.round(
        value(
          samples,
          samples.findIndex(({ labels }) => labels.queue_name === queue),
        ) ?? 0,
      )
    return {
      source: 'prometheus',
      windowMinutes,
      integrations,
      averageDuration: durations.filter(isWanted).map((one) => ({
        integrationId: one.labels.integration_id ?? '',
        milliseconds: one.value,
      })),
      recordsPerSecond: records
        .filter(isWanted)
        .map((one) => ({ integrationId: one.labels.integration_id ?? '', value: one.value })),
      queueDepth: serviceBusQueues.map((queueName) => ({
        queueName,
        waiting: depth(waiting, queueName),
        dead: depth(dead, queueName),
      })),
      latencyByAdapter: adapterTypes.flatMap((adapterType) => {
        if (provider !== undefined && adapterType !== provider) return []
        const average = averages.find(({ labels }) => labels.adapter_type === adapterType)?.value
        const slow = p95.find(({ labels }) => labels.adapter_type === adapterType)?.value
        return average === undefined ? [] : [{ adapterType, averageSeconds: average, p95Seconds: slow ?? null }]
      }),
    }
  } catch (error) {
    if (error instanceof PrometheusUnavailable) return { source: 'unavailable', reason: error.message }
    throw error
  }
}

/** Who the ids in the metrics are. */
const named = async (
  db: Deps['db'],
  filter: Filter,
): Promise<Extract<Performance, { source: 'prometheus' }>['integrations']> =>
  await db
    .selectFrom('integrations')
    .select(['id as integrationId', 'workspace_id as tenantId', tenantName.as('tenantName'), 'provider'])
    .where(narrowed(filter))
    .orderBy('created_at', 'desc')
    .limit(most)
    .execute()
