import { processOf } from './processes.ts'

/**
 * The standard variables with this product's defaults. They are written back into the environment, so that every part of
 * the SDK (exporters, processors, detectors) reads the same values by its own standard names.
 *
 * Queues: 16,384 spans are about 3 s at 1,000 requests a second and some 8 MB, since what waits is encoded; beyond that they
 * are dropped and counted.
 * Delay: 1 s in place of 5 s makes a trace findable soon after its request.
 */
const defaults = (entry: string | undefined): Record<string, string> => {
  const self = processOf(entry)
  return {
    OTEL_SERVICE_NAME: self.serviceName,
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318',
    OTEL_EXPORTER_PROMETHEUS_HOST: '127.0.0.1',
    OTEL_EXPORTER_PROMETHEUS_PORT: String(self.metricsPort),
    // Clients may send a trace id, but not switch their own trace off: the collector decides what is kept.
    OTEL_TRACES_SAMPLER: 'always_on',
    // Without baggage: what a client writes into it would go on to every outside service that is called.
    OTEL_PROPAGATORS: 'tracecontext',
    OTEL_TRACES_EXPORTER: 'otlp',
    OTEL_LOGS_EXPORTER: 'otlp',
    OTEL_METRICS_EXPORTER: 'prometheus',
    // As the specification has it; written by us, since the SDK's own writer takes more CPU than its JSON (docs/cost.md).
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
    OTEL_BSP_MAX_QUEUE_SIZE: '16384',
    OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '512',
    OTEL_BSP_SCHEDULE_DELAY: '1000',
    OTEL_BLRP_MAX_QUEUE_SIZE: '16384',
    OTEL_BLRP_MAX_EXPORT_BATCH_SIZE: '512',
    OTEL_BLRP_SCHEDULE_DELAY: '1000',
  }
}

/** Gives every unset standard variable its default. An empty one counts as unset, as the specification says. */
export const applyDefaults = (env: NodeJS.ProcessEnv = process.env, entry?: string): void => {
  for (const [name, value] of Object.entries(defaults(entry))) {
    // A resource attribute may name the service too; then ours must not win over it.
    if (name === 'OTEL_SERVICE_NAME' && /(^|,)\s*service\.name=/.test(env.OTEL_RESOURCE_ATTRIBUTES ?? '')) continue
    env[name] ||= value
  }
}

/** `OTEL_SDK_DISABLED=true`: no port, no patching, no export; instruments and spans do nothing. */
export const telemetryDisabled = (env: NodeJS.ProcessEnv = process.env): boolean =>
  env.OTEL_SDK_DISABLED?.trim().toLowerCase() === 'true'

/** The service's name: from the standard variables, else by the entry file. */
export const serviceName = (env: NodeJS.ProcessEnv = process.env): string =>
  env.OTEL_SERVICE_NAME ||
  /(?:^|,)\s*service\.name=([^,]+)/.exec(env.OTEL_RESOURCE_ATTRIBUTES ?? '')?.[1]?.trim() ||
  processOf().serviceName

export type Environment = 'development' | 'test' | 'staging' | 'production'

/** `APP_ENV`; what is not known counts as development, and `app/config.ts` refuses to start. */
export const environment = (env: NodeJS.ProcessEnv = process.env): Environment => {
  const name = env.APP_ENV
  return name === 'test' || name === 'staging' || name === 'production' ? name : 'development'
}
