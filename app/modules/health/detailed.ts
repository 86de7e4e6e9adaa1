import type { z } from '@hono/zod-openapi'
import { type ProviderName, providerNames } from '../../adapters/outside.ts'
import type { Deps } from '../../deps.ts'
import type { HealthState } from '../../health/probe.ts'
import type { HealthWatch } from '../../health/watch.ts'
import { serviceName } from '../../telemetry/settings.ts'
import type { detailedSchema } from './schemas.ts'

type Detailed = z.input<typeof detailedSchema>

/** Every part, asked at the same time: it takes as long as the slowest, 0.6 s at most. */
export const detailedHealth = async ({
  watch,
  cache,
  outside,
}: Pick<Deps, 'cache' | 'outside'> & { readonly watch: HealthWatch }): Promise<Detailed> => {
  const startedAt = performance.now()
  const [dependencies, database, redis, memoryBytes, search, queues, services] = await Promise.all([
    watch.dependencies(),
    watch.database().then((status) => ({ status, responseMs: Math.round(performance.now() - startedAt) })),
    watch.cache(),
    cache.memory(),
    watch.search(),
    watch.queues(),
    Promise.all(providerNames.map(async (name) => [name, await watch.provider(name)] as const)),
  ])
  const external = (name: ProviderName, status: HealthState) => {
    const { breaker, lastSuccessAt, lastErrorAt, rateLimitedUntil } = outside.state(name)
    return {
      status,
      configured: outside.isConfigured(name),
      breaker,
      lastSuccessAt: lastSuccessAt?.toISOString() ?? null,
      lastErrorAt: lastErrorAt?.toISOString() ?? null,
      rateLimitedUntil: rateLimitedUntil?.toISOString() ?? null,
    }
  }
  const states = [database.status, redis, search, dependencies.job_queue, ...services.map(([, state]) => state)]
  const { rss, heapUsed, heapTotal, external: externalBytes } = process.memoryUsage()
  return {
    status: database.status === 'error' ? 'error' : states.every((state) => state === 'ok') ? 'ok' : 'degraded',
    timestamp: new Date().toISOString(),
    service: serviceName(),
    uptime: Math.round(process.uptime()),
    memory: { rss, heapUsed, heapTotal, external: externalBytes },
    database,
    redis: { status: redis, kind: cache.kind, memoryBytes: memoryBytes ?? null },
    elasticsearch: { status: search, engine: 'postgresql full text' },
    queues: {
      status: queues === undefined ? 'error' : dependencies.job_queue,
      queues: (queues ?? []).map(({ queue, waiting, active, completed, failed, delayed, oldestSeconds }) => ({
        queueName: queue,
        waiting,
        active,
        completed,
        failed,
        delayed,
        oldestSeconds: Math.round(oldestSeconds),
      })),
    },
    externalServices: Object.fromEntries(
      services.map(([name, state]) => [name, external(name, state)]),
    ) as Detailed['externalServices'],
  }
}
