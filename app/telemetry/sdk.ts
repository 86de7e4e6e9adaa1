import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http'
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { defaultResource, envDetector, type Resource, resourceFromAttributes } from '@opentelemetry/resources'
import { BatchLogRecordProcessor } from '@opentelemetry/sdk-logs'
import type { AggregationTemporality, InstrumentType } from '@opentelemetry/sdk-metrics'
import { NodeSDK, type NodeSDKConfiguration } from '@opentelemetry/sdk-node'
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace'
import { register } from 'import-in-the-middle/register-hooks.mjs'
import packageFile from '../../package.json' with { type: 'json' }
import { listenToSdk, reportTrouble } from './diagnostics.ts'
import { instrumentations } from './instrumentations.ts'
import { startCountersAtZero } from './instruments.ts'
import { countLosses } from './losses.ts'
import { scrubSpans } from './scrub-spans.ts'
import { environment, serviceName } from './settings.ts'
import { setSdkStop } from './shutdown.ts'
import { temporalityOf, views } from './views.ts'

let started = false

/** Attributes that every span, log record and `target_info` carries; OTEL_RESOURCE_ATTRIBUTES wins over them. */
const resource = (env: NodeJS.ProcessEnv): Resource =>
  defaultResource().merge(
    resourceFromAttributes({
      'service.name': serviceName(env),
      'service.version': packageFile.version,
      'deployment.environment.name': environment(env),
      // The address of the scrape: Prometheus' `instance`, so that the three backends name a process alike.
      'service.instance.id': `${env.OTEL_EXPORTER_PROMETHEUS_HOST}:${env.OTEL_EXPORTER_PROMETHEUS_PORT}`,
    }),
  )

const positive = (text: string | undefined): number | undefined => {
  const value = Number(text)
  return Number.isFinite(value) && value > 0 ? value : undefined
}

const batch = (prefix: 'OTEL_BSP' | 'OTEL_BLRP', env: NodeJS.ProcessEnv) => ({
  maxQueueSize: positive(env[`${prefix}_MAX_QUEUE_SIZE`]),
  maxExportBatchSize: positive(env[`${prefix}_MAX_EXPORT_BATCH_SIZE`]),
  scheduledDelayMillis: positive(env[`${prefix}_SCHEDULE_DELAY`]),
  exportTimeoutMillis: positive(env[`${prefix}_EXPORT_TIMEOUT`]),
})

/** Whether a signal goes by OTLP over HTTP in JSON, which is ours to set up; every other choice is left to the SDK. */
const byOtlp = (signal: 'TRACES' | 'LOGS', env: NodeJS.ProcessEnv): boolean =>
  env[`OTEL_${signal}_EXPORTER`]?.trim() === 'otlp' &&
  (env[`OTEL_EXPORTER_OTLP_${signal}_PROTOCOL`] || env.OTEL_EXPORTER_OTLP_PROTOCOL) === 'http/json'

const withoutUndefined = <T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as never

/** Serves what was observed at this scrape, not what was observed at some scrape before (`temporalityOf` says how). */
class ScrapeServer extends PrometheusExporter {
  override selectAggregationTemporality(type: InstrumentType): AggregationTemporality {
    return temporalityOf(type)
  }
}

/** The metrics server. A port that is taken costs the metrics, not the service. */
const metricsServer = (env: NodeJS.ProcessEnv): PrometheusExporter => {
  const host = env.OTEL_EXPORTER_PROMETHEUS_HOST ?? '127.0.0.1'
  const port = Number(env.OTEL_EXPORTER_PROMETHEUS_PORT)
  const exporter = new ScrapeServer({ host, port, withoutScopeInfo: true, preventServerStart: true })
  exporter.startServer().catch((error: NodeJS.ErrnoException) => {
    const reason = error.code === 'EADDRINUSE' ? 'the port is taken by another process' : error
    reportTrouble(
      `no metrics at http://${host}:${port}/metrics; set OTEL_EXPORTER_PROMETHEUS_PORT to a free port`,
      reason,
    )
  })
  return exporter
}

/** What the SDK would not do by itself; where a standard variable asks for something else, the SDK's own way is taken. */
const configuration = (env: NodeJS.ProcessEnv): Partial<NodeSDKConfiguration> => {
  const config: Partial<NodeSDKConfiguration> = { resource: resource(env), views: views() }
  // The process and host detectors would add command lines, which may hold secrets, to every record.
  if (!env.OTEL_NODE_RESOURCE_DETECTORS) config.resourceDetectors = [envDetector]
  if (env.OTEL_METRICS_EXPORTER?.trim() === 'prometheus') config.metricReaders = [metricsServer(env)]
  if (byOtlp('TRACES', env))
    config.spanProcessors = [
      scrubSpans(),
      new BatchSpanProcessor({
        exporter: new OTLPTraceExporter(),
        selfObsMeterProvider: countLosses('traces'),
        ...withoutUndefined(batch('OTEL_BSP', env)),
      }),
    ]
  if (byOtlp('LOGS', env))
    config.logRecordProcessors = [
      new BatchLogRecordProcessor({
        exporter: new OTLPLogExporter(),
        selfObsMeterProvider: countLosses('logs'),
        ...withoutUndefined(batch('OTEL_BLRP', env)),
      }),
    ]
  return config
}

/** host:port of the collector, by which the exporter's own requests are told apart. */
const collectorAddress = (env: NodeJS.ProcessEnv): string => {
  try {
    const { hostname, port, protocol } = new URL(env.OTEL_EXPORTER_OTLP_ENDPOINT ?? '')
    return `${hostname}:${port || (protocol === 'https:' ? 443 : 80)}`
  } catch {
    return ''
  }
}

/**
 * Starts tracing, metrics and logs. Must run before the modules that are to be instrumented are imported.
 * Only those modules are wrapped: a wrapped module of ours would exist twice.
 */
export const startSdk = (env: NodeJS.ProcessEnv = process.env): void => {
  if (started) return
  started = true
  listenToSdk()
  const enabled = instrumentations(Number(env.OTEL_EXPORTER_PROMETHEUS_PORT), collectorAddress(env))
  const include = enabled.flatMap((one) => ('getModuleDefinitions' in one ? moduleNames(one) : []))
  register({ include: [...new Set(include)] })
  const sdk = new NodeSDK({ ...configuration(env), instrumentations: enabled })
  sdk.start()
  setSdkStop(() => sdk.shutdown())
  startCountersAtZero(serviceName(env))
}

const moduleNames = (instrumentation: object): string[] =>
  (instrumentation as { getModuleDefinitions(): { name: string }[] }).getModuleDefinitions().map(({ name }) => name)
